"""Versions that build on one another: what differs, which number that asks for, what may be compared."""

import pytest

from instruments import library, versions
from instruments.problems import Refused
from tests.paths import MINIMAL

REWORDED = """
[[changes]]
kind = "reworded"
item = "drags_on"
why = "It asked about all meetings."
[texts.en.items]
drags_on = "The morning meeting drags on."
"""

CORRECTED = REWORDED.replace("reworded", "corrected")

REPLACED = """
[[changes]]
kind = "replaced"
item = "drags_on"
by = "ends_on_time"
indicator = "length"
anchor = "our own"
why = "Reversed items were misread."
[texts.en.items]
ends_on_time = "The morning meeting ends on time."
"""


@pytest.fixture
def written(tmp_path):
    (tmp_path / "morning_meeting@1.0.0.toml").write_bytes(MINIMAL.read_bytes())

    def later(number, body, *, name="morning_meeting", based_on="1.0.0"):
        file = tmp_path / f"{name}@{number}.toml"
        head = f'format = 1\nname = "{name}"\nversion = "{number}"\nbased_on = "{based_on}"\n'
        file.write_text(head + body, "utf-8")
        return library.load(file)

    return later


@pytest.fixture
def first():
    return library.load(MINIMAL)


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def test_a_version_takes_over_what_it_does_not_change(written, first):
    later = written("1.1.0", REWORDED)
    assert later.items[0] == first.items[0]
    assert later.wording("school", "en").items["starts_on_time"] == "The morning meeting starts on time."
    assert later.wording("school", "en").items["drags_on"] == "The morning meeting drags on."
    assert later.based_on == "morning_meeting@1.0.0"
    assert [(change.kind, change.subject) for change in later.changes] == [("reworded", "drags_on")]


def test_a_reworded_item_is_not_common(written, first):
    later = written("1.1.0", REWORDED)
    common = versions.CommonItems({"meetings": frozenset({"starts_on_time"})})
    assert versions.comparability(first, later) == common
    assert versions.comparability(later, first) == common


def test_a_corrected_item_is_as_comparable_as_before(written, first):
    later = written("1.0.1", CORRECTED)
    assert versions.comparability(first, later) == versions.FullyComparable()
    assert versions.smallest_bump(first, later) == versions.Bump.PATCH


def test_a_replaced_item_leaves_with_its_words(written, first):
    later = written("1.1.0", REPLACED)
    assert [item.id for item in later.items] == ["starts_on_time", "ends_on_time"]
    assert "drags_on" not in later.wording("school", "en").items
    differences = list(map(str, versions.diff(first, later)))
    assert "item ends_on_time: replaced drags_on (minor)" in differences
    assert "item ends_on_time, en: says «The morning meeting ends on time.» (minor)" in differences


def test_a_correction_carries_through_a_chain_and_a_rewording_does_not(written, first):
    corrected = written("1.0.1", CORRECTED)
    body = REWORDED.replace("drags on", "starts too late").replace("drags_on", "starts_on_time")
    third = written("1.1.0", body, based_on="1.0.1")
    common = versions.CommonItems({"meetings": frozenset({"drags_on"})})
    assert versions.comparability(first, third) == versions.comparability(corrected, third) == common


def test_a_short_form_is_common_in_what_it_keeps(written, first):
    short = written("1.0.0", 'keep = ["drags_on"]\n', name="glance", based_on="morning_meeting@1.0.0")
    assert [item.id for item in short.items] == ["drags_on"]
    assert short.family == "morning_meeting"
    common = versions.CommonItems({"meetings": frozenset({"drags_on"})})
    assert versions.comparability(first, short) == common


def test_a_new_scale_is_a_major_step_and_ends_comparison(written, first):
    body = '[scale]\ncategories = [0, 1, 2, 3, 4]\n[texts.en.categories]\n4 = "Every single day"\n'
    later = written("2.0.0", body)
    assert versions.smallest_bump(first, later) == versions.Bump.MAJOR
    assert versions.comparability(first, later) == versions.NotComparable("major")
    with pytest.raises(Refused) as refused:
        written("1.1.0", body)
    assert codes(refused) == ["bump-small"]


def test_new_words_on_the_scale_are_major_unless_they_are_a_correction(written, first):
    words = '[texts.en.categories]\n1 = "Now and then"\n'
    with pytest.raises(Refused) as refused:
        written("1.1.0", words)
    assert codes(refused) == ["bump-small"]
    correction = '[[changes]]\nkind = "corrected"\ntext = "categories"\nwhy = "Plainer."\n'
    later = written("1.0.1", correction + words)
    assert versions.comparability(first, later) == versions.FullyComparable()


def test_unrelated_instruments_are_not_comparable(first, tmp_path):
    file = tmp_path / "other.toml"
    file.write_text(MINIMAL.read_text("utf-8").replace("morning_meeting", "evening_meeting"), "utf-8")
    other = library.load(file)
    assert versions.comparability(first, other) == versions.NotComparable("family")


@pytest.mark.parametrize(
    ("number", "body", "code"),
    [
        ("1.0.1", REWORDED, "bump-small"),
        ("1.0.1", REPLACED, "bump-small"),
        ("1.0.0", CORRECTED, "base-circular"),
        ("0.9.0", CORRECTED, "version-order"),
        (
            "1.1.0",
            REWORDED.split("[[changes]]", maxsplit=1)[0] + REWORDED[REWORDED.index("[texts") :],
            "change-undeclared",
        ),
        ("1.1.0", REWORDED.split("[texts", maxsplit=1)[0], "change-empty"),
        ("1.1.0", REWORDED.replace("reworded", "improved"), "change-malformed"),
        ("1.1.0", REPLACED.replace('by = "ends_on_time"\n', ""), "change-malformed"),
        ("1.1.0", 'keep = ["starts_on_time"]\n', "change-undeclared"),
        ("1.1.0", 'keep = ["starts_on_time", "nothing"]\n', "keep-unknown"),
    ],
)
def test_a_succession_that_does_not_hold_is_refused(written, number, body, code):
    with pytest.raises(Refused) as refused:
        written(number, body)
    assert code in codes(refused)


def test_a_problem_of_a_change_stands_on_its_line(written):
    with pytest.raises(Refused) as refused:
        written("1.1.0", REPLACED.replace("ends_on_time", "starts_on_time"))
    duplicate = next(problem for problem in refused.value.problems if problem.code == "id-duplicate")
    assert duplicate.place.endswith("morning_meeting@1.1.0.toml:6")


def test_every_difference_is_said_in_words(written, first):
    later = written("1.1.0", REWORDED)
    meaning, words = map(str, versions.diff(first, later))
    assert meaning == "item drags_on: has another meaning since morning_meeting@1.1.0 (minor)"
    before, after = "«Our school has meetings that drag on.»", "«The morning meeting drags on.»"
    assert words == f"item drags_on, en: {before} became {after} (minor)"
    assert versions.diff(first, first) == ()


def test_differences_of_one_size_are_listed_in_the_order_people_meet_them(written, first):
    texts = {"title": "Our day", "promise": "Nobody sees it.", "referent": "At {place.definite}, lately"}
    texts |= {"introduction": ["It takes two."], "name": "Schools", "subtitle": "A form of our own"}
    body = "".join(f"{key} = {value!r}\n" for key, value in texts.items())
    correction = '[[changes]]\nkind = "corrected"\ntext = "referent"\nwhy = "Plainer."\n'
    later = written("1.0.1", f"{correction}[texts.en]\n{body}")
    subjects = [difference.subject for difference in versions.diff(first, later)]
    order = ("title", "subtitle", "edition name", "promise", "introduction 1", "referent")
    assert subjects == [f"{each}, en" for each in order]


def test_a_heading_and_a_subtitle_are_a_patch_and_taken_over(written, first):
    heading = '[texts.en.dimensions.meetings]\nheading = "How {place.definite} begins"\n'
    second = written("1.0.1", f'[texts.en]\nsubtitle = "A form for {{place.definite}}"\n{heading}')
    third = written("1.1.0", REWORDED, based_on="1.0.1")
    assert first.wording("school", "en").subtitle == ""
    for version in (second, third):
        said = version.wording("school", "en")
        assert said.subtitle == "A form for our school"
        assert said.dimensions["meetings"].heading == "How our school begins"
        assert said.dimensions["meetings"].name == "Meetings"
    assert versions.comparability(first, second) == versions.FullyComparable()
    assert list(map(str, versions.diff(first, second))) == [
        "subtitle, en: «» became «A form for our school» (patch)",
        "dimension meetings heading, en: «» became «How our school begins» (patch)",
    ]


def test_a_dimension_without_a_heading_of_its_own_is_headed_by_its_name(written, first):
    later = written("1.0.1", '[texts.en.dimensions.meetings]\nname = "Gatherings"\n')
    assert first.wording("school", "en").dimensions["meetings"].heading == "Meetings"
    assert later.wording("school", "en").dimensions["meetings"].heading == "Gatherings"
    assert [each.subject for each in versions.diff(first, later)] == ["dimension meetings name, en"]


def test_a_version_beside_an_earlier_one_must_say_how_it_follows(written, tmp_path):
    written("1.0.1", CORRECTED)
    text = MINIMAL.read_text("utf-8")
    alone = tmp_path / "morning_meeting@1.2.0.toml"
    alone.write_text(text.replace('version = "1.0.0"', 'version = "1.2.0"'), "utf-8")
    with pytest.raises(Refused) as refused:
        library.load(alone)
    assert codes(refused) == ["base-undeclared"]
    assert 'based_on = "1.0.1"' in str(refused.value)
    anew = tmp_path / "morning_meeting@2.0.0.toml"
    anew.write_text(text.replace('version = "1.0.0"', 'version = "2.0.0"'), "utf-8")
    assert library.load(anew).family == "morning_meeting"


def test_a_version_that_repeats_everything_says_the_same_as_one_that_does_not(written, tmp_path):
    short = written("1.1.0", REWORDED)
    whole = MINIMAL.read_text("utf-8").replace('version = "1.0.0"', 'version = "1.1.0"\nbased_on = "1.0.0"')
    whole = whole.replace("{Place.definite} has meetings that drag on.", "The morning meeting drags on.")
    changes = REWORDED.split("[texts", maxsplit=1)[0]
    file = tmp_path / "morning_meeting@1.1.0.toml"
    file.write_text(whole.replace("[texts.en]\n", changes + "[texts.en]\n"), "utf-8")
    assert library.load(file) == short
