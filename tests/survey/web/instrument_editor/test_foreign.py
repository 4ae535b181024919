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
from survey.web.instrument_editor import loss_texts
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
    assert "texts.nb.promise" in shown
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


@pytest.mark.parametrize("address", ["/editor/read/found", "/editor/read/definition"])
def test_without_a_held_file_the_page_asks_for_one(editor, address):
    editor.get(address)
    assert editor.path == "/editor/read"


def test_the_page_tells_every_loss_as_the_command_line_does():
    assert {code: text._args[0] for code, text in loss_texts.SENTENCES.items()} == dict(losses.REASONS)
    words = {*limesurvey._KINDS.values(), *plain_text._CONTENTS.values(), plain_text._REFERENCE}
    assert {text._args[0] for text in loss_texts.WORDS.values()} == words == set(loss_texts.WORDS)
    found = read(workbook(), "a.xlsx", edition="skole", unmarked="nb")
    assert len(found.losses) > 20
