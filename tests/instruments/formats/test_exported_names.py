"""What items are called in other programs, and that nothing they reserve is used."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments import library
from instruments.formats import exported_names
from instruments.formats.exported_names import (
    limesurvey_answer,
    limesurvey_codes,
    limesurvey_groups,
    renamed,
    reserved_words,
    xlsform_names,
)
from tests.instruments.building import built

RESERVED = tomllib.loads(Path(exported_names.__file__).with_name("reserved_names.toml").read_text("utf-8"))
XLSFORM = [name for key in ("form", "preloaded", "columns") for name in RESERVED["xlsform"][key]]
LIMESURVEY = [name for key in ("questions", "rows", "columns") for name in RESERVED["limesurvey"][key]]
IDS = st.from_regex(r"[A-Za-z]([A-Za-z0-9_]{0,40}[A-Za-z0-9])?", fullmatch=True)


def cased(names):
    return [form for name in names for form in sorted({name, name.lower(), name.upper()})]


@pytest.mark.parametrize("name", cased(XLSFORM))
def test_a_name_that_odk_reserves_is_changed_and_the_warning_names_both(name):
    version = built({"first": [name, "other_item"]})
    assert xlsform_names(version)[name] == f"{name}_"
    assert xlsform_names(version)["other_item"] == "other_item"
    (warning,) = renamed(version, "xlsform")
    assert (warning.place, warning.code) == (name, "name-reserved")
    assert repr(f"{name}_") in warning.fault


def test_a_dimension_that_odk_reserves_is_changed_as_an_item_is():
    version = built({"Status": ["kept"], "xmlish": ["too"]})
    assert dict(xlsform_names(version)) == {
        "Status": "Status_",
        "kept": "kept",
        "xmlish": "xmlish_",
        "too": "too",
    }
    assert [warning.place for warning in renamed(version, "xlsform")] == ["Status", "xmlish"]


@pytest.mark.parametrize("name", cased(LIMESURVEY))
def test_a_code_that_limesurvey_reserves_is_changed_and_the_warning_names_both(name):
    version = built({"first": [name, "kept"]})
    assert limesurvey_codes(version) == {name: f"{name}2", "kept": "kept"}
    (warning,) = renamed(version, "limesurvey")
    assert (warning.place, warning.code) == (name, "name-reserved")
    assert repr(f"{name}2") in warning.fault


def test_a_code_is_reserved_once_its_underscores_are_gone():
    version = built({"first": ["last_page", "sub_mit_date"]})
    assert limesurvey_codes(version) == {"last_page": "lastpage2", "sub_mit_date": "submitdate2"}


def test_codes_that_are_cut_or_taken_are_warned_of_and_those_that_lose_underscores_are_not():
    long = [
        "a_very_long_name_for_an_item_one",
        "a_very_long_name_for_an_item_two",
        "ab_c",
        "a_bC",
        "under_score",
    ]
    version = built({"first": long})
    codes = ["averylongnameforanit", "averylongnameforani2", "abc", "abC2", "underscore"]
    assert limesurvey_codes(version) == dict(zip(long, codes, strict=True))
    warned = {warning.place: warning.code for warning in renamed(version, "limesurvey")}
    assert warned == {long[0]: "name-long", long[1]: "name-long", "a_bC": "name-taken"}


def test_archives_keep_every_name():
    assert list(renamed(built({"first": ["KEY", "token"]}), "ddi")) == []


@given(st.lists(IDS, min_size=1, max_size=12, unique_by=str.lower))
def test_whatever_the_ids_are_limesurvey_can_hold_the_codes(ids):
    codes = limesurvey_codes(built({"first": ids}))
    assert list(codes) == ids
    assert len({code.lower() for code in codes.values()}) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", code) for code in codes.values())
    assert {code.lower() for code in codes.values()}.isdisjoint(name.lower() for name in LIMESURVEY)


@given(st.lists(IDS, min_size=1, max_size=12, unique_by=str.lower))
def test_whatever_the_ids_are_odk_can_hold_the_names(ids):
    names = xlsform_names(built({"first_of_all": ids}))
    assert len({name.lower() for name in names.values()}) == len(ids) + 1
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names.values())
    assert {name.lower() for name in names.values()}.isdisjoint(name.lower() for name in XLSFORM)
    assert not any(name.lower().startswith("xml") and not name.endswith("_") for name in names.values())


def test_answers_have_codes_of_five_letters_and_digits_at_most():
    scale = {"categories": (-1000, 0, 1000), "unscored": tuple(f"answer_{k}" for k in range(20))}
    version = built({"first": ["one"]}, **scale)
    codes = [
        limesurvey_answer(version, each) for each in (*version.scale.categories, *version.scale.unscored)
    ]
    assert codes[:4] == ["N1000", "0", "1000", "U1"]
    assert codes[-1] == "U20"
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_no_group_is_called_what_limesurvey_reserves():
    version = built({f"d{number}": [f"i{number}"] for number in range(40)})
    groups = {code.lower() for code in limesurvey_groups(version).values()}
    assert len(groups) == 40
    assert groups.isdisjoint(name.lower() for name in LIMESURVEY)


def test_the_author_is_told_of_ids_that_other_programs_reserve():
    version = built({"status": ["int", "next", "Next", "save_d_id", "heard"]})
    told = [(word.place, word.fault) for word in reserved_words(version)]
    assert told == [
        ("status", "'status' is a word of ODK and KoboToolbox."),
        ("int", "'int' is a word of Stata."),
        ("next", "'next' is a word of R."),
        ("save_d_id", "'savedid' is a word of LimeSurvey."),
    ]
    assert list(reserved_words(library.get("learning_community@1.1.0"))) == []
