"""Questionnaires of others read into a definition: what is kept, what is not, and why."""

import re
import tomllib
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments import library
from instruments.formats.foreign import plain_text
from instruments.formats.foreign.losses import REASONS
from instruments.formats.foreign.plain_text import of_html
from instruments.formats.foreign.reading import MOST_BYTES, read
from instruments.formats.limesurvey import lss_bytes
from instruments.formats.xlsform import xlsform_bytes
from instruments.problems import Refused
from tests.instruments.formats.foreign.files import (
    CHOICES,
    SURVEY,
    form,
    limesurvey_2,
    limesurvey_6,
    question,
    survey,
    workbook,
)
from tests.paths import EXAMPLES


def found_in(content, file="skjema.xlsx", unmarked="nb"):
    return read(content, file, edition="skole", unmarked=unmarked)


def losses(found):
    return {(each.place, each.code) for each in found.losses}


def items(tree):
    return {each["id"]: [item["id"] for item in each["items"]] for each in tree["dimensions"]}


def test_a_form_of_kobotoolbox_becomes_a_definition_with_its_groups_and_languages():
    found = found_in(workbook())
    tree = found.tree
    assert tree == tomllib.loads(found.text)
    assert (found.program, found.file_name) == ("XLSForm", "barnehage_2026@1.0.0.toml")
    assert tree["scale"] == {"categories": [1, 2, 3, 4], "unscored": ["answer_99"]}
    assert items(tree) == {
        "trivsel": ["trives_pa_jobb", "Stotte_1"],
        "samarbeid": ["planlegger", "with_2"],
        "klima": ["apent"],
    }
    assert tree["editions"] == {"skole": ["nb", "en"]}
    nb, en = tree["texts"]["nb"], tree["texts"]["en"]
    assert (nb["title"], en["title"]) == ("Barnehagens uke", "Barnehagens uke")
    assert nb["introduction"] == ["Takk for at du svarer på undersøkelsen."]
    assert en["introduction"] == ["Thank you for answering."]
    assert nb["items"]["with_2"] == "Vi deler æøå & «sitater»."
    assert nb["items"]["Stotte_1"] == "Jeg får støtte av …."
    assert en["dimensions"]["klima"] == {"name": "Climate", "definition": ""}
    assert nb["categories"] == {"1": "Helt uenig", "2": "Uenig", "3": "Enig", "4": "Helt enig"}
    assert nb["unscored"] == {"answer_99": "Vet ikke"}


def test_everything_of_a_form_that_is_not_kept_is_told_with_its_cell():
    found = found_in(workbook())
    assert losses(found) == {
        ("survey!2", "circumstances"), ("survey!3", "circumstances"), ("survey!5", "required"),
        ("survey!5", "ungrouped"), ("survey!5", "other-scale"),
        ("survey!7", "other-answer"), ("survey!7", "required"), ("survey!7", "renamed"),
        ("survey!C8", "text-content"), ("survey!D8", "text-content"), ("survey!8", "renamed"),
        ("survey!9", "question-kind"), ("survey!11", "note"),
        ("survey!E14", "column"), ("survey!H14", "condition"), ("survey!I14", "column"),
        ("survey!15", "renamed"), ("survey!18", "renamed"),
        ("survey!20", "repeated"), ("survey!23", "question-kind"),
        ("", "choices-unscored"), ("", "reverse-unknown"),
    }  # fmt: skip
    assert all(each.sentence and "%(" not in each.sentence for each in found.losses)


def test_what_the_file_cannot_say_stands_empty_and_is_named_and_the_check_finds_no_more():
    found = found_in(workbook())
    assert found.faults == ()
    assert set(found.empty) == {
        f"{tag}.{path}" for tag in ("nb", "en")
        for path in ("name", "promise", "referent", "levels.any", "dimensions.trivsel.definition",
                     "dimensions.samarbeid.definition", "dimensions.klima.definition")
    }  # fmt: skip
    # once it is written, the definition is sound
    assert found.text.count('= ""') == len(found.empty)


def test_a_definition_is_sound_once_its_author_wrote_what_stood_empty(tmp_path):
    found = found_in(workbook())
    path = tmp_path / found.file_name
    path.write_text(found.text.replace('= ""', '= "skrevet"'), "utf-8")
    version = library.load(path)
    assert [len(each.items) for each in version] == [2, 2, 1]
    assert version.wording("skole", "en").items["apent"] == "It is open."


def test_a_survey_of_limesurvey_6_becomes_a_definition_of_its_arrays():
    found = found_in(limesurvey_6(), "skole.lss")
    tree = found.tree
    assert tree["name"] == "skolemiljo_2026"
    assert tree["scale"] == {"categories": [1, 2, 3], "unscored": ["A6"]}
    assert items(tree) == {"Q3": ["SQ001"], "Q1": ["SQ001_2", "SQ002"], "Q2": ["SQ001_3"]}
    nb, en = tree["texts"]["nb"], tree["texts"]["en"]
    # what stands above most arrays is the stem of all; what stands above another, its heading
    assert (nb["referent"], en["referent"]) == ("I hvilken grad stemmer dette?", "To what degree is this so?")
    assert nb["dimensions"]["Q3"] == {"name": "Ledelse", "definition": "", "heading": "Tenk på ledelsen:"}
    assert nb["dimensions"]["Q1"] == {"name": "Samarbeid", "definition": "Om å samarbeide."}
    assert nb["items"] == {
        "SQ001": "Ledelsen er tydelig.",
        "SQ001_2": "Vi hjelper hverandre.",
        "SQ002": "Vi spør ….",
        "SQ001_3": "Vi lytter.",
    }
    assert nb["introduction"] == ["Velkommen!", "Svar innen fredag."]
    # two arrays of one group have one heading: what each is called is the author's to say
    assert {each.code for each in found.faults} == {"text-duplicate"}
    told = {(re.sub(":[0-9]+", "", each.place), each.code) for each in found.losses}
    assert told >= {
        ("groups", "condition"), ("questions (Q2)", "required"), ("questions (Q4)", "question-kind"),
        ("questions (Q5)", "answer-words"), ("subquestions (SQ002)", "condition"), ("quota", "table"),
        ("subquestions (SQ002)", "column"), ("subquestions (SQ001)", "renamed"),
        ("question_attributes", "condition"), ("surveys_languagesettings", "column"),
    }  # fmt: skip
    assert {each.values["what"] for each in found.losses if each.code == "text-content"} == {
        "an image", "a reference to another answer",
    }  # fmt: skip


def test_a_survey_of_limesurvey_2_with_its_texts_in_every_row_is_read():
    found = found_in(limesurvey_2(), "uge.lss")
    assert found.tree["scale"] == {"categories": [1, 2, 3], "unscored": []}
    assert items(found.tree) == {"Hverdag": ["q1", "q2"]}
    assert found.tree["texts"]["da"]["items"] == {"q1": "Vi mødes.", "q2": "Vi taler."}
    # five points are another scale than the three of most
    assert [each.code for each in found.losses if "subquestions" in each.place] == ["other-scale"]


@pytest.mark.parametrize(
    ("codes", "scored", "unscored", "guessed"),
    [
        ((1, 2, 3, 4, 5), [1, 2, 3, 4, 5], 0, set()),
        ((5, 4, 3, 2, 1), [1, 2, 3, 4, 5], 0, {"choices-turned"}),
        ((0, 25, 50, 75, 100), [0, 25, 50, 75, 100], 0, set()),
        ((-2, -1, 0, 1, 2), [-2, -1, 0, 1, 2], 0, set()),
        ((1, 2, 3, 98, 99), [1, 2, 3], 2, {"choices-unscored"}),
        ((-9, 1, 2, 3), [1, 2, 3], 1, {"choices-unscored"}),
        ((1, 2, 3, "vet_ikke"), [1, 2, 3], 1, {"choices-unscored"}),
        (("aldri", "av_og_til", "ofte"), [1, 2, 3], 0, {"choices-numbered"}),
        (("A1", "A2", "A3", "A4"), [1, 2, 3, 4], 0, set()),
        (("x1", "y2", "x3"), [1, 2, 3], 0, {"choices-numbered"}),
        ((1, 2, 4, 8, 16), [1, 2, 3, 4, 5], 0, {"choices-numbered"}),
        (("99999", "1", "2", "3"), [1, 2, 3], 1, {"choices-unscored"}),
    ],
)
def test_numbers_of_answers_are_told_from_what_is_no_number(codes, scored, unscored, guessed):
    listed = [("l", code, f"svar {place}") for place, code in enumerate(codes)]
    found = found_in(form(("select_one l", "a", "A."), choices=listed))
    assert found.tree["scale"]["categories"] == scored
    assert len(found.tree["scale"]["unscored"]) == unscored
    assert {each.code for each in found.losses if each.code.startswith("choices")} == guessed


def test_a_language_is_known_by_its_tag_or_name_and_another_is_told():
    heads = ["type", "name", "label::Norsk", "label::da_DK", "label:English", "label::Klingonsk skrift"]
    rows = [heads, ["select_one enig", "a", "Nb.", "Da.", "En.", "?"]]
    listed = [(*row[:3], "svar", "answer") for row in CHOICES[1:]]
    heads_listed = ("list_name", "name", "label::Norsk", "label::da_DK", "label:English")
    found = found_in(workbook(rows, [heads_listed, *listed]))
    assert list(found.tree["texts"]) == ["nb", "da", "en"]
    assert ("survey!F1", "language-unknown") in losses(found)
    alone = found_in(form(("select_one enig", "a", "A."), settings=None), unmarked="nn")
    assert list(alone.tree["texts"]) == ["nn"]


def test_cells_without_a_text_of_their_own_are_told_and_left_out():
    def arrange(book):
        book["survey"]["C7"] = '=HYPERLINK("http://x.example","Jeg")'
        book["survey"].merge_cells("C8:C9")

    found = found_in(workbook(arrange=arrange))
    assert {("survey!C7", "cell-formula"), ("survey!C8", "cell-merged")} <= losses(found)
    assert {"nb.items.trives_pa_jobb", "nb.items.Stotte_1"} <= set(found.empty)
    assert "HYPERLINK" not in found.text


@pytest.mark.parametrize("reference", library.shipped())
def test_what_this_program_exports_is_read_back_as_it_was(reference):
    version = library.get(reference)
    assert version.editions
    for edition, tags in version.editions.items():
        assert tags
        form_back = found_in(xlsform_bytes(version, edition)).tree
        survey_back = found_in(lss_bytes(version, edition), "a.lss").tree
        assert items(form_back) == {each.id: [item.id for item in each.items] for each in version}
        # LimeSurvey's codes have no underscores
        assert [len(each) for each in items(survey_back).values()] == [len(each.items) for each in version]
        for back in (form_back, survey_back):
            assert back["scale"]["categories"] == list(version.scale.categories)
            assert len(back["scale"]["unscored"]) == len(version.scale.unscored)
            assert list(back["texts"]) == list(tags)
            for tag in tags:
                said, wording = back["texts"][tag], version.wording(edition, tag)
                assert list(said["items"].values()) == [wording.items[each.id] for each in version.items]
                assert list(said["categories"].values()) == list(wording.categories.values())
                assert list(said["unscored"].values()) == list(wording.unscored.values())
                assert said["referent"] == wording.referent
                headings = [wording.dimensions[each.id].heading for each in version]
                assert [each["name"] for each in said["dimensions"].values()] == headings
                assert said.get("subtitle", "") in {wording.subtitle, ""}
                assert set(said["introduction"]) <= {wording.subtitle}


def test_negative_codes_and_odd_letters_of_our_own_export_come_back():
    version = library.load(EXAMPLES / "minimal.toml")
    back = found_in(lss_bytes(version, "school"), "a.lss").tree
    assert back["scale"] == {"categories": [0, 1, 2, 3], "unscored": ["U1"]}


GROUP = ("groups", {"gid": "1", "group_name": "A"})
MANY_QUESTIONS = [question(each, "L", "q") for each in range(601)]
MANY_ANSWERS = [{"qid": "1", "code": f"A{each}", "answer": "a"} for each in range(111)]
ENTITIES = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'


def packed(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "questionnaire-format"),
        (b"\xd0\xcf\x11\xe0" * 99, "questionnaire-format"),
        (b"PK\x03\x04", "questionnaire-format"),
        (b"type,name,label\n", "questionnaire-format"),
        (b"<document/>", "questionnaire-format"),
        (b"<html><body>", "questionnaire-format"),
        (survey(start=ENTITIES), "questionnaire-format"),
        (survey(start=OUTSIDE), "questionnaire-format"),
        (survey().replace(b"UTF-8", b"made-up"), "questionnaire-format"),
        (survey().replace(b"Survey<", b"Question<"), "questionnaire-format"),
        (b"<document>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</document>", "questionnaire-format"),
        (workbook()[:-60], "questionnaire-format"),
        (packed(xl__workbook_xml=b"<a/>", xl__bomb_xml=b" " * 30_000_000), "questionnaire-large"),
        (b" " * (MOST_BYTES + 1), "questionnaire-large"),
        (survey(GROUP, ("questions", *MANY_QUESTIONS)), "questionnaire-large"),
        (survey(GROUP, ("questions", MANY_QUESTIONS[1]), ("answers", *MANY_ANSWERS)), "questionnaire-large"),
        (survey(("groups", {"gid": "1", "group_name": "<!--" * 2001})), "questionnaire-large"),
        (workbook(survey=None), "questionnaire-sheet"),
        (workbook(survey=None, choices=None, settings=None), "questionnaire-sheet"),
        (workbook(choices=None), "questionnaire-empty"),
        (workbook(survey=SURVEY[:4]), "questionnaire-empty"),
        (survey(("questions", question(1, "S", "q"))), "questionnaire-empty"),
        (survey(), "questionnaire-empty"),
    ],
)  # fmt: skip
def test_what_is_no_questionnaire_or_hostile_is_refused_whole(content, code):
    with pytest.raises(Refused) as refused:
        found_in(content, "x.lss")
    assert [each.code for each in refused.value.problems] == [code]


def test_groups_within_groups_keep_the_inner_heading_and_unclosed_ones_end_nothing():
    found = found_in(
        form(
            ("begin_group", "ytre", "Alt sammen"), ("begin_group", "indre", "Indre"),
            ("select_one enig", "a", "A."), ("end_group",), ("end_group",), ("end_group",),
            ("select_one enig", "b", "B."), ("begin_group", "c", "C"),
        )
    )  # fmt: skip
    assert items(found.tree) == {"indre": ["a"], "dimension": ["b"]}
    assert ("survey!2", "heading-outer") in losses(found)


def test_five_hundred_statements_with_conditions_are_read_and_what_is_too_much_is_named():
    rows = [("select_one enig", f"q{number}", f"Påstand {number}.") for number in range(600)]
    found = found_in(form(*rows))
    assert {each.code for each in found.faults} == {"items-many", "dimension-long"}


LETTERS = st.characters(exclude_categories=["Cc", "Cs"])


@settings(max_examples=40)
@given(
    st.text(LETTERS, max_size=60), st.text(LETTERS, max_size=30), st.sampled_from(["label", "name", "type"])
)
def test_whatever_is_written_in_a_form_is_read_or_refused(text, name, where):
    kept = {"label": "A.", "name": "a", "type": "select_one enig", where: text}
    content = form((kept["type"], kept["name"], kept["label"]), ("select_one enig", name, "B."))
    found = found_in(content)
    assert tomllib.loads(found.text) == found.tree
    assert len(items(found.tree)) == 1


@settings(max_examples=40)
@given(st.text(LETTERS, max_size=60), st.text(LETTERS, max_size=20), st.sampled_from("FALH5B1:;YX|"))
def test_whatever_is_written_in_a_survey_is_read_or_refused(text, code, kind):
    bare = text.replace("]]>", "")
    more = question(9, kind, code.replace("]]>", ""), question=bare, language="nb", relevance=bare)
    answered = {"qid": "1", "code": "1", "answer": bare, "sortorder": "0", "language": "nb", "scale_id": "0"}
    content = survey(
        ("answers", answered, {**answered, "code": "2", "answer": "ja"}),
        ("groups", {"gid": "1", "group_name": bare, "language": "nb"}),
        ("questions", question(1, "L", "a", question="A.", language="nb"), more),
    )
    found = found_in(content, "x.lss")
    assert tomllib.loads(found.text) == found.tree
    assert "a" in {each for asked in items(found.tree).values() for each in asked}


def test_every_reason_is_met_in_some_file():
    def macros(content):
        file = BytesIO(content)
        with zipfile.ZipFile(file, "a") as made:
            made.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
        return file.getvalue()

    def arrange(book):
        book.create_sheet("entities").append(["list_name"])
        book["survey"]["C7"] = "=1"
        book["survey"]["C16"], book["survey"]["D16"] = "#N/A", date(2026, 3, 1)
        book["survey"].merge_cells("C12:C13")

    nested = form(("begin_group", "y", "Ytre"), ("begin_group", "i", "I"), ("select_one enig", "a", "A."))
    numbered = form(("select_one l", "a", "A."), choices=[("l", "x", "nei"), ("l", "y", "ja")])
    turned = form(("select_one l", "a", "A."), choices=[("l", "2", "nei"), ("l", "1", "ja")])
    lacking = form(("select_one enig", "a", "A."), ("select_one borte", "b", "B."))
    unknown = workbook(
        [("type", "name", "label::Klingonsk skrift", "label"), ("select_one enig", "a", "", "A.")]
    )
    long_stem = limesurvey_6().replace("Tenk på ledelsen:".encode(), b"Tenk " * 30)
    files = (macros(workbook(arrange=arrange)), nested, numbered, turned, lacking, unknown, long_stem)
    met = {each.code for content in files for each in found_in(content).losses}
    assert met == set(REASONS)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<![if !supportLists]>1.<![endif]> Vi <b>lytter</b>", "1. Vi lytter"),
        ("Vi <![ lytter", "Vi <![ lytter"),
        ("<![x]>Vi lytter", "Vi lytter"),
        ("Vi er 3 < 4 <b", "Vi er 3 < 4 <b"),
        ("Vi <!-- ikke --> lytter<br>", "Vi lytter"),
    ],
)
def test_marks_that_are_no_tags_or_never_end_are_read(written, kept):
    assert of_html(written) == ([kept], [])


def test_no_text_is_read_again_for_each_tag_that_nothing_ends():
    """Python's parser begins anew at each sign of a tag that has no end: none is left for it."""
    assert of_html("<a " * 1999)[1] == []
    assert "<" not in plain_text._readable("<b>Vi</b>" + "<a " * 1999).rpartition(">")[2]
