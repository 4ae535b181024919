"""Every text that is typed in and printed has letters that the fonts have; any other is named."""

import ast

import click
import pytest

from instruments import library
from instruments.problems import Refused
from reports.pdf import letters
from survey import cli
from survey.cli.printed_text import PrintedText
from survey.store.repositories import units
from tests.paths import EXAMPLES, REPOSITORY
from tests.waves import drafted, on_sqlite_alone

__all__ = ["on_sqlite_alone"]
WEB = REPOSITORY / "survey" / "web"
# of every field of a form in which anything may be typed, whether what is typed there is printed
PRINTED_FIELDS = {
    ("leader/wave_form.py", "title"),
    ("leader/amendment_forms.py", "title"),
    ("leader/action_views.py", "goal"),
    ("leader/action_views.py", "action"),
    ("leader/action_views.py", "who"),
    ("leader/action_views.py", "sign"),
    ("leader/look_back_views.py", "sentence"),
    ("operator/unit_views.py", "name"),
    ("owner/planning/planning_views.py", "title"),
}
OTHER_FIELDS = {
    # addresses and what is looked up
    ("operator/role_forms.py", "address"),
    ("operator/study_views.py", "email"),
    ("operator/study_views.py", "study_name"),
    ("operator/role_forms.py", "role"),
    ("operator/role_forms.py", "unit"),
    ("leader/deputy_views.py", "email"),
    ("account/forms.py", "email"),
    # what is checked, and what only pages show
    *(("account/factors/proof.py", name) for name in ("code", "recovery", "passkey")),
    *(("account/factors/passkey_views.py", name) for name in ("passkey", "name")),
    ("operator/way_in_views.py", "reason"),
    ("operator/unit_views.py", "organisation_number"),
    ("operator/unit_views.py", "invited"),
    ("operator/first_password_views.py", "group"),
    # checked as the cells of a sheet of units are
    *(("operator/new_unit_views.py", name) for name in ("name", "parent", "organisation_number", "invited")),
    # what stands on slips and sheets already
    ("respondent/forms.py", "code"),
    ("key_holder/views.py", "sheet"),
    *(("leader/key_sheet_forms.py", name) for name in ("first", "second", "third", "one", "other")),
}
# and of every argument and option of a command that takes any text
PRINTED_ARGUMENTS = {
    "unit add name",
    "unit rename name",
    "unit merge name",
    "wave draft title",
    "wave correct title",
}
SMILE = "Vår \N{SLIGHTLY SMILING FACE}"


FREE_TEXT = {"StringField", "TextAreaField"}
SHARED = {
    "wave_fields.title_field",
    *(f"unit_fields.{name}_field" for name in ("name", "organisation_number", "invited")),
}


def typed_fields():
    """(module, field) of each field for free text: by its name, or where forms are built, by its part."""
    found = set()
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            made = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            if made and ast.unparse(node.value.func) in {*FREE_TEXT, *SHARED}:
                found.add((path.relative_to(WEB).as_posix(), ast.unparse(node.targets[0])))
    return found


def shared_fields():
    """What returns a field for free text to the forms that call it."""
    return {
        f"{path.stem}.{function.name}"
        for path in WEB.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func) in FREE_TEXT
    }


def texts_of(command, words=()):
    """(what is typed, its kind) of each argument and option for free text, of a command and below it."""
    for each in getattr(command, "commands", {}).values():
        yield from texts_of(each, (*words, each.name))
    for each in () if hasattr(command, "commands") else command.params:
        if isinstance(each.type, click.types.StringParamType | PrintedText):
            yield " ".join([*words, each.name]), each.type


def test_it_is_known_of_every_field_whether_it_is_printed():
    built = {each for each in PRINTED_FIELDS if each[0] == "leader/action_views.py"}
    assert typed_fields() == (PRINTED_FIELDS - built) | OTHER_FIELDS
    assert shared_fields() == SHARED


def test_every_text_of_a_command_that_is_printed_is_of_the_kind_that_is_looked_at():
    families = {
        name: cli.kjennetegn.get_command(click.Context(cli.kjennetegn), name) for name in cli._FAMILIES
    }
    kinds = {what: kind for name, each in families.items() for what, kind in texts_of(each, (name,))}
    assert {what for what, kind in kinds.items() if isinstance(kind, PrintedText)} == PRINTED_ARGUMENTS
    # what else is called a name or a title is one that is looked up
    looked_up = {"instrument show name", "instrument export name", "instrument sheet name"}
    assert {what for what in kinds if what.split()[-1] in {"name", "title"}} == PRINTED_ARGUMENTS | looked_up


@pytest.mark.parametrize(
    "arguments", [("unit", "add", SMILE, "--edition", "skole"), ("unit", "rename", "x", SMILE)]
)
def test_a_command_names_the_letter_that_cannot_be_printed(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "NAME: letter-unprintable: The character “\N{SLIGHTLY SMILING FACE}” (slightly smiling face) "
        "cannot be printed on slips and in reports. Leave it out, or write it in another way.\n"
    )


def test_a_letter_that_is_typed_in_parts_is_composed():
    assert (
        letters.printable_line("A\N{COMBINING RING ABOVE}sen \t skole ")
        == "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}sen skole"
    )


def test_a_questionnaire_says_where_a_letter_cannot_be_printed(tmp_path, capsys):
    text = (EXAMPLES / "minimal.toml").read_text("utf-8")
    at = next(place for place, line in enumerate(text.splitlines(), 1) if "drag on" in line)
    file = tmp_path / "minimal.toml"
    file.write_text(text.replace("drag on", "drag on \N{SLIGHTLY SMILING FACE}"), "utf-8")
    with pytest.raises(SystemExit) as ended:
        cli.main(["instrument", "check", str(file)])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"{file}:{at}: letter-unprintable: The character")
    with pytest.raises(Refused) as refused:
        letters.require_printable_version(library.load(file))
    assert [each.place for each in refused.value.problems] == ["morning_meeting@1.0.0 school en"]


def test_no_survey_is_drafted_with_one_that_cannot_be_printed(home, tmp_path, monkeypatch):
    text = (EXAMPLES / "minimal.toml").read_text("utf-8")
    (tmp_path / "morning_meeting@1.0.0.toml").write_text(
        text.replace("drag on", "drag on \N{SLIGHTLY SMILING FACE}"), "utf-8"
    )
    monkeypatch.setattr(library, "_folders", [tmp_path])
    units.add(home.database, "Asken", "workplace", "school", None)
    with pytest.raises(Refused) as refused:
        drafted(home, "Asken", instrument="morning_meeting@1.0.0", language="en")
    assert refused.value.problems[0].code == "letter-unprintable"


def test_every_shipped_questionnaire_can_be_printed():
    versions = [library.get(each) for each in library.shipped()]
    assert len(versions) >= 3
    for each in versions:
        letters.require_printable_version(each)
