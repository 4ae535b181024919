"""A definition that was brought in is gone on with: nothing that somebody wrote is lost on the way."""

import pytest

from instruments.formats.foreign import editing
from instruments.formats.foreign.own_draft import read_own_draft
from instruments.formats.foreign.reading import checked, read
from instruments.problems import Refused
from tests.instruments.formats.foreign.files import limesurvey_6, workbook


@pytest.fixture
def found():
    return read(workbook(), "skjema.xlsx", edition="barnehage", unmarked="nb")


def written(tree):
    """The definition with something in each text that is required."""
    for tag in list(tree["texts"]):
        asked = editing._all_texts(tree, tag)
        given = {
            path: f"Tekst om {' '.join(path)}"
            for path, text in asked.items()
            if not text and editing.is_required(path)
        }
        tree = editing.with_texts(tree, tag, given)
    return tree


def test_a_draft_with_every_text_written_passes_the_check(found):
    assert found.empty
    made = checked(written(found.tree), found.program, found.source, found.losses)
    assert (made.empty, made.faults) == ((), ())
    assert made.losses == found.losses
    assert found.source in made.text


def test_a_text_stands_in_one_line_and_the_introduction_in_paragraphs(found):
    given = {("promise",): " Ingen\r\nser svarene. ", ("introduction",): "Én.\n\n To. ", ("subtitle",): ""}
    made = editing.with_texts(found.tree, "nb", given)
    assert made["texts"]["nb"]["promise"] == "Ingen ser svarene."
    assert made["texts"]["nb"]["introduction"] == ["Én.", "To."]
    assert "subtitle" not in made["texts"]["nb"]
    assert found.tree["texts"]["nb"]["promise"] == ""


def test_a_language_that_is_left_out_comes_back_with_what_was_written(found):
    tree = editing.with_texts(found.tree, "en", {("promise",): "Nobody sees your answers."})
    without, aside = editing.with_languages(tree, ["nb", "da"], {})
    assert without["editions"] == {"barnehage": ["nb", "da"]}
    assert list(without["texts"]) == ["nb", "da"]
    assert set(without["texts"]["da"]["items"].values()) == {""}
    assert set(without["texts"]["da"]["categories"]) == set(without["texts"]["nb"]["categories"])
    back, aside = editing.with_languages(without, ["nb", "en"], aside)
    assert back["texts"]["en"] == tree["texts"]["en"]
    assert list(aside) == ["da"]


def test_a_statement_moves_to_the_end_of_its_dimension_and_can_be_turned(found):
    one, other = (each["id"] for each in found.tree["dimensions"][:2])
    moved = found.tree["dimensions"][0]["items"][0]["id"]
    made = editing.with_items(found.tree, {moved: other}, {moved: True})
    assert [each["id"] for each in made["dimensions"][1]["items"]][-1] == moved
    assert made["dimensions"][1]["items"][-1]["reverse"] is True
    assert moved not in {each["id"] for each in made["dimensions"][0]["items"]}
    back = editing.with_items(made, {moved: one}, {moved: False})
    assert "reverse" not in back["dimensions"][0]["items"][-1]
    assert editing.with_items(found.tree, {moved: "nowhere", "nothing": one}, {}) == found.tree


def test_a_new_dimension_has_an_id_of_its_own_and_goes_only_while_it_is_empty(found):
    name = found.tree["dimensions"][0]["items"][0]["id"]
    made = editing.with_dimension(found.tree, name, "en")
    added = made["dimensions"][-1]["id"]
    assert added not in {name, *(each["id"] for each in found.tree["dimensions"])}
    assert {tag: texts["dimensions"][added]["name"] for tag, texts in made["texts"].items()} == {
        "nb": "",
        "en": name,
    }
    assert editing.without_dimension(made, added) == found.tree
    filled = editing.with_items(made, {name: added}, {})
    assert editing.without_dimension(filled, added) == filled


def test_a_definition_that_was_downloaded_is_gone_on_with(found):
    tree = editing.with_texts(
        found.tree, "nb", {("items", "apent"): "x" * 400, ("promise",): "Ingen ser det."}
    )
    tree = editing.with_dimension(tree, "Ledelse", "nb")
    text = checked(tree, found.program, found.source, ()).text
    again = read_own_draft(text.encode(), "skjema.toml")
    assert again.tree == tree
    assert [each.code for each in again.faults] == ["dimension-empty", "text-long"]


@pytest.mark.parametrize(
    "altered",
    [
        lambda text: text.replace("minimum_answered = 0.5", "minimum_answered = 5"),
        lambda text: text.replace("[scoring]", 'based_on = "learning_community@1.0.0"\n[scoring]'),
        lambda text: text.replace("format = 1", 'format = 1\nbased_on = "learning_community@1.0.0"'),
        lambda text: text.replace(
            'barnehage = ["nb", "en"]', 'barnehage = ["nb", "en"]\nskole = ["nb", "en"]'
        ),
        lambda text: text + "\n[texts.nb.editions.barnehage]\ntitle = 'En annen'\n",
        lambda text: text.replace("[levels]", "[nivå"),
        lambda text: "a." * 5000 + "b = 1\n" + text,
        lambda text: text + "a = " + "[" * 5000,
        lambda text: text + "\udcff",
    ],
)
def test_no_other_file_is_taken_for_one(found, altered):
    content = altered(found.text).encode("utf-8", "surrogateescape")
    with pytest.raises(Refused) as refused:
        read_own_draft(content, "skjema.toml")
    assert refused.value.problems[0].code == "questionnaire-format"


def test_a_fault_is_found_where_it_stands():
    found = read(limesurvey_6(), "skole.lss", edition="skole", unmarked="nb")
    [fault, _] = found.faults
    assert found.path_of(fault) == ("texts", "nb", "dimensions", "Q2")
