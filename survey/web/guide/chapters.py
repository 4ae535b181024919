"""The chapters of the leaders' guide, in Markdown, with an installation's numbers and buttons filled in.

The pages and the documentation site are made of the same files, so that they cannot tell different things. A
chapter names a number of the policy, or what a button is called, by an expression in double braces.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import markdown
from jinja2 import Environment, StrictUndefined

from instruments.languages import SOURCE
from reports.disclosure import Audience, Policy
from reports.presentation.locale import get_locale
from reports.results.agreed_actions import FOCUS, MOST_ACTIONS
from survey.store.repositories.accounts import MOST_DEPUTIES

CHAPTERS: Final = ("before", "key", "background", "paper", "report", "conversation", "afterwards", "account")
_FOLDER: Final = Path(__file__).parent
_LINK: Final = re.compile(r"\]\((\w+)\.md(#[\w-]+)?\)")
_FILLING: Final = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - Markdown, of our own files

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its title, and what stands below it, as Markdown, in the language it is written in."""

    name: str
    language: str
    title: str
    text: str

    def html(self, address: Callable[[str], str]) -> str:
        """Return what stands below the title as HTML; `address` gives the address of another chapter."""
        linked = _LINK.sub(lambda found: f"]({address(found[1])}{found[2] or ''})", self.text)
        return str(markdown.markdown(linked, extensions=["toc"], output_format="html"))


def chapter(name: str, language: str, policy: Policy, say: Say) -> Chapter:
    """Return a chapter in a language, or in English where the guide is not written in it.

    `say` gives the words of the pages for an English message, in that language.
    """
    written = language if (_FOLDER / language).is_dir() else SOURCE
    source = (_FOLDER / written / f"{name}.md").read_text("utf-8")
    filled = _FILLING.from_string(source).render(say=say, **_numbers(policy, language))
    title, _, text = filled.partition("\n")
    return Chapter(name, written, title.removeprefix("# "), text.strip() + "\n")


def _numbers(policy: Policy, language: str) -> dict[str, object]:
    """Return every number that a chapter may name."""
    leader, among = Audience.LEADER, Audience.LEADER_AMONG_RESPONDENTS
    share, retention, collection = get_locale(language).share, policy.retention, policy.collection
    return {
        "fewest": policy.minimum(leader),
        "among": policy.minimum(among),
        "interval": policy.thresholds[leader].interval,
        "items": policy.thresholds[leader].item,
        "invited": policy.invited_for_subgroups(leader),
        "invited_among": policy.invited_for_subgroups(among),
        "claim": share(policy.change.claim_from),
        "compare": share(policy.change.compare_from),
        "step": collection.turnout_step,
        "weeks": collection.weeks_apart,
        "lost_days": collection.lost_sheets_days,
        "staff_days": collection.show_staff_days,
        "idle": retention.kiosk_idle_seconds,
        "slip_minutes": retention.slip_files_minutes,
        "sheet_minutes": retention.held_key_share_minutes,
        "link_days": retention.password_links_days,
        "years": retention.access_history_years,
        "focus": FOCUS,
        "most": MOST_ACTIONS,
        "deputies": MOST_DEPUTIES,
    }
