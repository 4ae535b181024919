"""Editors bring a questionnaire of another program in, and see what is kept before they take it."""

import io
import tomllib
from dataclasses import replace

import pytest

from instruments.formats.foreign import limesurvey, losses, plain_text
from instruments.formats.foreign.reading import read
from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.unit_import import held_sheets
from survey.web.instrument_editor import draft_views, loss_texts
from survey.web.platform import uploads
from survey.web.platform.context import EXTENSION
from tests.instruments.formats.foreign.files import limesurvey_6, workbook
from tests.roles import grant_role

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def editor(browser, home):
    holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
    grant_role(home.database, holder, "editor", None)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


@pytest.fixture
def parts(app):
    return app.extensions[EXTENSION]


def bring(editor, content, name="skjema.xlsx", **more):
    fields = {"questionnaire": (io.BytesIO(content), name), "edition": "barnehage", "language": "nb"}
    return editor.get("/editor/read").submit(fields, **more)


def held(parts):
    folder = parts.settings.files_directory / "sheets"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_an_editor_sees_what_is_kept_and_what_is_not_and_takes_the_definition(editor, parts):
    bring(editor, workbook())
    assert editor.heading == "Hva som ble lest av filen"
    shown = editor.page.first("main").text
    assert "Jeg trives på jobb." in shown
    assert "Det stilles bare når et vilkår er oppfylt. Her får alle alle påstandene." in shown
    assert editor.page.first("#unwritten + ul li").text.endswith(" · 4 tekster mangler")
    [file] = held(parts)
    assert b"trives" not in file.read_bytes()
    reply = editor.get("/editor/read/definition").reply
    assert reply.headers["Content-Disposition"] == 'attachment; filename="barnehage_2026@1.0.0.toml"'
    assert reply.mimetype == "application/toml"
    tree = tomllib.loads(reply.get_data(as_text=True))
    assert tree["editions"] == {"barnehage": ["nb", "en"]}


def test_another_file_takes_the_place_of_the_first_and_both_end_by_themselves(editor, parts, clock):
    bring(editor, workbook())
    bring(editor, limesurvey_6(), "skole.lss")
    assert len(held(parts)) == 1
    assert "Ledelsen er tydelig." in editor.page.first("main").text
    held_sheets.forget_old(parts.settings, clock() + 1)
    assert held(parts) == []


def test_what_cannot_be_read_is_said_beside_the_field_and_nothing_is_held(editor, parts):
    bring(editor, b"%PDF-1.7", status=400)
    assert "Filen er verken et XLSForm" in editor.page.first(".error").text
    editor.get("/editor/read").submit({"edition": "barnehage", "language": "nb"}, status=400)
    assert editor.page.first("main .error").text == "Velg en fil."
    assert held(parts) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(editor, monkeypatch):
    bounded = replace(uploads._UPLOADS["instrument_editor.read_foreign"], most_bytes=1024)
    monkeypatch.setattr(uploads, "_UPLOADS", {"instrument_editor.read_foreign": bounded})
    bring(editor, b" " * 20_000, status=400)
    assert "Filen er større enn noe spørreskjema." in editor.page.first("main .lead").text


def required_filled(editor, number):
    """What a page asks to be written, with something in each text that stands empty."""
    fields = [each for each in editor.page.select("main textarea, main input[type=text]") if each.get("lang")]
    missing = [each for each in fields if "missing" in each.get("aria-describedby", "")]
    return {each["name"]: f"Tekst {number} {place}" for place, each in enumerate(missing)}


def test_what_is_missing_is_written_page_by_page_until_the_check_finds_nothing(editor, parts):
    bring(editor, workbook())
    pages = [each["href"] for each in editor.page.select("#unwritten + ul a")]
    assert len(pages) == 2 + 3
    for number, page in enumerate(pages):
        editor.get(page).submit(required_filled(editor, number), press="Lagre")
        assert "Lagret." in editor.page.first("body").text
        assert "Ikke skrevet ennå." not in editor.page.first("main").text
    editor.get("/editor/read/found")
    assert "Kontrollen finner ingen feil." in editor.page.first("main .lead").text
    assert "vilkår" in editor.page.first("main").text  # what was not kept is still told
    [file] = held(parts)
    assert b"Tekst" not in file.read_bytes()
    text = editor.get("/editor/read/definition").reply.get_data(as_text=True)
    assert "Tekst 0 0" in text
    assert '= ""' not in text


def test_whatever_is_typed_is_kept_and_the_check_says_beside_it_what_is_wrong(editor):
    bring(editor, workbook())
    long = "ord " * 200
    editor.get("/editor/read/texts/nb").submit({"nb.promise": long, "nb.title": "<b>Æ</b>"}, press="Lagre")
    assert editor.page.first("textarea[name='nb.promise']").text.strip() == long.strip()
    assert editor.page.first("input[name='nb.title']")["value"] == "<b>Æ</b>"
    [fault] = editor.page.select("main p.error")
    assert "the text has 799 characters" in fault.text
    editor.get("/editor/read/found")
    assert "text-long" in editor.page.first("main").text
    editor.get("/editor/read/texts/da", status=404)
    editor.get("/editor/read/dimensions/nowhere", status=404)


def test_statements_are_moved_and_turned_and_languages_chosen(editor):
    bring(editor, workbook())
    editor.submit({"name": "Ledelse"}, press="Legg til dimensjonen")
    editor.get("/editor/read/dimensions/trivsel").submit(
        {"in.Stotte_1": "Ledelse", "reverse.Stotte_1": "yes"}, press="Lagre"
    )
    editor.get("/editor/read/found").submit({"languages": ["nb", "da"]}, press="Lagre språkene")
    tree = tomllib.loads(editor.get("/editor/read/definition").reply.get_data(as_text=True))
    assert tree["editions"] == {"barnehage": ["nb", "da"]}
    [moved] = tree["dimensions"][-1]["items"]
    assert (tree["dimensions"][-1]["id"], moved["id"], moved["reverse"]) == ("Ledelse", "Stotte_1", True)
    editor.get("/editor/read/found").submit({"name": "Tom"}, press="Legg til dimensjonen")
    editor.get("/editor/read/dimensions/Tom").submit({}, press="Fjern denne dimensjonen")
    assert "Tom" not in editor.page.first("main").text
    # nothing chosen, and nothing written, change nothing
    editor.post("/editor/read/languages", {"csrf_token": editor.token()})
    assert "Velg minst ett språk." in editor.page.first("body").text
    editor.post("/editor/read/dimensions", {"csrf_token": editor.token(), "name": " "})
    assert "Skriv et navn på dimensjonen." in editor.page.first("body").text


def test_a_definition_that_was_downloaded_is_read_again(editor):
    bring(editor, workbook())
    editor.get("/editor/read/texts/nb").submit({"nb.promise": "Ingen ser svarene."}, press="Lagre")
    content = editor.get("/editor/read/definition").reply.get_data()
    bring(editor, limesurvey_6(), "skole.lss")
    bring(editor, content, "barnehage_2026@1.0.0.TOML")
    assert "Kjennetegn" in editor.page.first("main dl").text
    editor.get("/editor/read/texts/nb")
    assert editor.page.first("textarea[name='nb.promise']").text.strip() == "Ingen ser svarene."
    bring(editor, b"a = [", "a.toml", status=400)
    assert "eller den er skadet" in editor.page.first(".error").text


def test_a_long_dimension_is_written_some_statements_at_a_time(editor, monkeypatch):
    monkeypatch.setattr(draft_views, "STATEMENTS", 2)
    bring(editor, workbook())
    editor.get("/editor/read/dimensions/samarbeid").submit({"in.planlegger": "trivsel"}, press="Lagre")
    editor.get("/editor/read/dimensions/trivsel")
    assert len(editor.page.select("main select")) == 2
    [later] = [each["href"] for each in editor.page.select("main p a") if "first=2" in each["href"]]
    editor.get(later).submit({"nb.items.planlegger": "Vi planlegger godt."}, press="Lagre")
    assert [each["name"] for each in editor.page.select("main select")] == ["in.planlegger"]
    assert "Vi planlegger godt." in editor.page.first("main").text
    editor.get("/editor/read/dimensions/trivsel?first=nonsense")
    assert "Jeg trives på jobb." in editor.page.first("main").text


@pytest.mark.parametrize(
    "address",
    [
        "/editor/read/found",
        "/editor/read/definition",
        "/editor/read/texts/nb",
        "/editor/read/dimensions/trivsel",
    ],
)
def test_without_a_held_file_the_page_asks_for_one(editor, address):
    editor.get(address)
    assert editor.path == "/editor/read"


def test_the_page_tells_every_loss_as_the_command_line_does():
    assert {code: text._args[0] for code, text in loss_texts.SENTENCES.items()} == dict(losses.REASONS)
    words = {*limesurvey._KINDS.values(), *plain_text._CONTENTS.values(), plain_text._REFERENCE}
    assert {text._args[0] for text in loss_texts.WORDS.values()} == words == set(loss_texts.WORDS)
    found = read(workbook(), "a.xlsx", edition="skole", unmarked="nb")
    assert len(found.losses) > 20
