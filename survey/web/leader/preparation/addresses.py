"""The addresses that a leader hands on before anybody is asked."""

from dataclasses import dataclass

from flask import url_for

from survey.collection import questionnaire_link
from survey.store.repositories.waves import Wave
from survey.web.platform.context import context


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address to hand on: `whole` as people are told it, `path` as a page of ours links to it."""

    whole: str
    path: str


def questionnaire_address(wave: Wave) -> ShownAddress:
    """Return where anybody can read the survey's questionnaire."""
    here = context()
    code = questionnaire_link.code(here.keys, wave)
    return ShownAddress(
        questionnaire_link.address(here.settings, here.keys, wave),
        url_for("respondent.read_questionnaire", code=code),
    )
