"""Every sentence of the pages in every language, with the same gaps to fill."""

import re

import pytest

from instruments.languages import LANGUAGES, SOURCE
from survey.web.error_texts import REFUSALS
from survey.web.platform import catalogues

TRANSLATED = [tag for tag in LANGUAGES if tag != SOURCE]
GAP = re.compile(r"%\((\w+)\)s")


def written(language):
    return catalogues.catalogue(catalogues._TREES[0] / language / "LC_MESSAGES" / "messages.po")


def forms(value):
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_every_message_and_no_other(language):
    asked = {str(message.id) for message in catalogues.spoken(catalogues.messages(REFUSALS))}
    assert {str(message.id) for message in catalogues.spoken(written(language))} == asked


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_untranslated_or_in_doubt(language):
    messages = list(catalogues.spoken(written(language)))
    assert len(messages) > 300
    for message in messages:
        assert not message.fuzzy
        assert all(form.strip() for form in forms(message.string)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_the_same_gaps(language):
    messages = list(catalogues.spoken(written(language)))
    assert len(messages) > 300
    for message in messages:
        gaps = set(GAP.findall(forms(message.id)[-1]))
        assert all(set(GAP.findall(form)) == gaps for form in forms(message.string)), message.id


def test_a_changed_catalogue_is_compiled_and_an_unchanged_one_is_not(tmp_path):
    folder = tmp_path / "nb" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Send"\nmsgstr "Send"\n', "utf-8")
    assert catalogues.compile_stale((tmp_path,)) == [folder / "messages.mo"]
    assert catalogues.compile_stale((tmp_path,)) == []
