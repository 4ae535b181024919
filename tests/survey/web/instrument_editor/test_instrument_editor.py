"""Instrument editors: every version is read, compared and taken along, and none is changed."""

import inspect
from io import BytesIO

import pypdf
import pytest

from instruments import library
from instruments.definition.notices import notices
from instruments.formats.promise import promise_elsewhere
from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.web.instrument_editor import views
from survey.web.permissions import ROUTES, Role
from tests.instruments.building import built
from tests.pages import check_page
from tests.paths import MINIMAL
from tests.roles import grant_role
from tests.waves import ON_SQLITE, REFERENCE

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
ADDRESS = f"/editor/{REFERENCE}/skole/nb"


@pytest.fixture
def editor(browser, home):
    holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
    grant_role(home.database, holder, "editor", None)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


def test_the_first_page_of_an_editor_lists_every_version(editor):
    assert editor.heading == "Spørreskjemaer"
    assert [each.text for each in editor.page.select("main th a")] == list(library.available())
    assert {each.text for each in editor.page.select("main .state")} == {"Publisert"}


def test_every_version_is_read_in_every_edition_and_language(editor):
    versions = [library.get(reference) for reference in library.available()]
    assert len(versions) >= 3
    for version in versions:
        assert version.wordings
        for (edition, tongue), wording in version.wordings.items():
            editor.get(f"/editor/{version.reference}/{edition}/{tongue}")
            assert editor.heading == wording.title
            shown = editor.page.first("main").text
            assert wording.subtitle in shown
            assert all(each.heading in shown and each.name in shown for each in wording.dimensions.values())
            told = editor.page.first(f"[lang={tongue}] ol").text
            assert wording.items[version.items[0].id] in told
            assert len(editor.page.select("main ol li")) == len(version.items)


def test_a_dimension_shows_what_people_talk_about(editor):
    wording = library.get(REFERENCE).wording("skole", "nb").dimensions["shared_practice"]
    editor.get(f"{ADDRESS}/shared_practice")
    assert editor.heading == wording.name
    for text in (wording.definition, *wording.questions, *wording.first_steps, wording.rubric[0].sign):
        assert text in editor.page.text


def test_a_short_dimension_says_what_is_never_released_of_it_in_the_reader_s_language(editor):
    assert "én påstand" not in editor.get(ADDRESS).page.text
    pulse = library.get("pulse@1.0.0")
    edition, (tongue, *_) = next(iter(pulse.editions.items()))
    editor.get(f"/editor/{pulse.reference}/{edition}/{tongue}")
    told = [each.text for each in editor.page.select("main p.small") if "én påstand" in each.text]
    assert len(told) == len(pulse.dimensions)


def test_the_page_tells_every_notice_as_the_command_line_does():
    told = notices(built({"one": ["a"], "two": ["b", "c"]}))
    assert {each.code: each.sentence for each in told} == {
        code: sentence._args[0] for code, sentence in views._NOTICES.items()
    }


def test_two_versions_are_compared_as_the_command_line_does(editor):
    editor.get(ADDRESS)
    link = f"/editor/compare/{REFERENCE}/learning_community@1.1.0"
    assert link in [each["href"] for each in editor.page.select("main dd a")]
    editor.get(f"/editor/compare/{REFERENCE}/learning_community@1.1.0")
    assert "minor" in editor.page.text
    assert len(editor.page.select("ul[lang=en] li")) > 3
    assert "De to sier det samme." in editor.get(f"/editor/compare/{REFERENCE}/{REFERENCE}").page.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("paper.pdf", b"%PDF-"),
        ("code-sheet.pdf", b"%PDF-"),
        ("xlsform.xlsx", b"PK"),
        ("limesurvey.lss", b"<?xml"),
        ("ddi.xml", b"<?xml"),
        ("sheet.xlsx", b"PK"),
    ],
)
def test_a_version_is_taken_along_in_every_form(editor, form, start):
    reply = editor.get(f"{ADDRESS}/download/{form}").reply
    assert reply.data.startswith(start)
    assert form.rpartition(".")[2] in reply.headers["Content-Disposition"]


def facts(page):
    return dict(
        zip((each.text for each in page.select("dt")), (each.text for each in page.select("dd")), strict=True)
    )


def test_the_page_says_what_other_programs_promise_and_call_otherwise(editor, tmp_path, monkeypatch):
    editor.get(ADDRESS)
    promise, skip = promise_elsewhere("nb")
    assert f"{promise} {skip}" in editor.page.text
    # every shipped id is a name in both
    assert "Andre navn i" not in editor.page.text
    monkeypatch.setattr(library, "_folders", [tmp_path])
    text = MINIMAL.read_text("utf-8").replace("starts_on_time", "time").replace("drags_on", "KEY")
    text = text.replace('"morning_meeting"', '"odd_names"')
    (tmp_path / "odd_names@1.0.0.toml").write_text(text, "utf-8")
    editor.get("/editor/odd_names@1.0.0/school/en")
    said = facts(editor.page)
    assert said["Andre navn i ODK, KoboToolbox"] == "KEY"
    assert said["Andre navn i LimeSurvey"] == "time"


def test_the_questionnaire_on_paper_is_of_the_edition_and_language_that_was_read(editor):
    paper = pypdf.PdfReader(BytesIO(editor.get(f"{ADDRESS}/download/paper.pdf").reply.data))
    assert library.get(REFERENCE).wording("skole", "nb").title in paper.pages[0].extract_text()


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "/editor/nothing@1.0.0/skole/nb",
        f"/editor/{REFERENCE}/skole/xx",
        f"/editor/{REFERENCE}/nowhere/nb",
        f"{ADDRESS}/nothing",
        f"{ADDRESS}/download/nothing",
        f"/editor/compare/{REFERENCE}/nothing@1.0.0",
    ],
)
def test_what_there_is_not_is_not_there(editor, path):
    editor.get(path, status=404)


def test_a_faulty_version_in_a_folder_says_what_is_wrong_without_the_machines_folders(
    editor, tmp_path, monkeypatch
):
    monkeypatch.setattr(library, "_folders", [tmp_path])
    (tmp_path / "broken@1.0.0.toml").write_text('name = "broken"\n', "utf-8")
    editor.get("/editor/")
    row = editor.page.select("tbody tr")[-1]
    assert "Med feil" in row.text
    assert "broken@1.0.0.toml" in row.text
    assert str(tmp_path) not in editor.page.text
    editor.get("/editor/broken@1.0.0/skole/nb", status=404)
    assert check_page(editor.reply.text, 404)


def test_what_an_editor_sends_is_held_for_that_editor_and_stored_in_no_table(app):
    own = {name for name, roles in ROUTES.items() if Role.EDITOR in roles}
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods & {"POST", "PUT", "DELETE"}}
    changing = {"add_dimension", "choose_languages", "keep_dimension", "keep_texts", "remove_dimension"}
    assert sent & own == {f"instrument_editor.{each}" for each in {"read_foreign", *changing}}
    for name in sent & own:
        assert "database" not in inspect.getsource(inspect.getmodule(app.view_functions[name]))
