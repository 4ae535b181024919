"""A policy file is read whole or refused whole: every fault is named, with its line and what is allowed."""

from dataclasses import fields, is_dataclass
from itertools import chain
from typing import get_type_hints

import pytest

from instruments.problems import Refused
from reports.disclosure import Audience
from reports.disclosure.policy import ABSOLUTE_MINIMUM, Policy
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from tests.policies import POLICY, STRICT, STRICT_POLICY

SHIPPED = DEFAULT_POLICY.read_text("utf-8")

# the fault's code, what is changed and into what, and what the refusal has to name
FAULTS = [
    ("policy-format", "format = 1", "format = 2", ["format is 2", "format = 1"]),
    ("policy-key-unknown", "power = 0.8", "power = 0.8\nstrength = 1", ["change.strength", "compare_from"]),
    ("policy-key-unknown", "[rounding]", "[rounding.extra]\na = 1\n[rounding]", ["rounding.extra"]),
    ("policy-key-missing", "confidence = 0.95\n", "\n", ["confidence is missing", "default_policy.toml"]),
    ("policy-key-missing", "turnout_step = 5", "", ["collection.turnout_step is missing"]),
    (
        "policy-type",
        "units = 3",
        'units = "3"',
        ["comparison_groups.units is '3'", "from 2 to"],
    ),
    ("policy-type", "units = 3", "units = 3.5", ["units is '3.5'", "a whole number"]),
    ("policy-type", "units = 3", "units = true", ["units is 'True'", "a whole number"]),
    ("policy-type", "unit_items = false", "unit_items = 0", ["owner.unit_items is '0'", "true or false"]),
    ("policy-type", "largest_share = 0.5", "largest_share = []", ["largest_share", "a number from 0 to 1"]),
    ("policy-type", "coarse_step = 0.025", "coarse_step = [0.1]", ["rounding.coarse_step", "0.0005 to 0.25"]),
    ("policy-range", "mean = 5 ", "mean = 4 ", ["leader.mean is 4", "from 5 to 1000 (answers)"]),
    ("policy-range", "turnout_step = 5", "turnout_step = 2", ["turnout_step is 2", "from 5"]),
    ("policy-range", "kept_from = 5", "kept_from = 3", ["kept_from is 3", "from 5"]),
    ("policy-range", "compare_from = 0.5", "compare_from = -0.1", ["compare_from is -0.1", "from 0 to 1"]),
    ("policy-range", "largest_share = 0.5", "largest_share = 1.5", ["largest_share is 1.5", "from 0 to 1"]),
    ("policy-range", "largest_share = 0.5", "largest_share = nan", ["largest_share is nan", "from 0 to 1"]),
    ("policy-range", "power = 0.8", "power = inf", ["power is inf", "0.999"]),
    ("policy-range", "unsent_answers_hours = 2", "unsent_answers_hours = 0", ["from 1 to 24 (hours)"]),
    ("policy-order", "interval = 10 ", "interval = 16 ", ["leader.shares is 10", "leader.interval, 16"]),
    ("policy-order", "compare_from = 0.5", "compare_from = 0.7", ["claim_from is 0.6", "compare_from, 0.7"]),
    ("policy-order", "kept_from = 5", "kept_from = 6", ["leader.mean is 5", "collection.kept_from, 6"]),
    ("policy-order", "cross_products_from = 15", "cross_products_from = 31", ["reliability is 30", "31"]),
    ("policy-order", "cross_products_from = 15", "cross_products_from = 16", ["leader.item is 15", "16"]),
    ("policy-step", "fine_step = 0.0025", "fine_step = 0.003", ["fine_step is 0.003", "coarse_step (0.025)"]),
    ("policy-step", "coarse_share = 5", "coarse_share = 6", ["coarse_share is 6", "100 percent"]),
    ("policy-step", "fine_share = 1", "fine_share = 2", ["fine_share is 2", "coarse_share (5)"]),
    ("policy-groups", "largest_share = 0.5", "largest_share = 0.3", ["3 units", "0.3 of the people"]),
    ("policy-own-answer", "mean = 6", "mean = 5", ["among-respondents.mean is 5", "Give 6"]),
    ("toml-invalid", "units = 3", "units 3", ["not TOML"]),
]


def refusal(path):
    with pytest.raises(Refused) as refused:
        read_policy(path)
    return refused.value.problems


def changed(tmp_path, before, after):
    """A copy of the shipped policy in which one line is another, and the number of that line."""
    assert SHIPPED.count(before) >= 1, before
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED.replace(before, after, 1), "utf-8")
    return file, SHIPPED[: SHIPPED.index(before)].count("\n") + 1


@pytest.mark.parametrize(("code", "before", "after", "named"), FAULTS)
def test_a_fault_is_named_with_what_was_given_and_what_is_allowed(tmp_path, code, before, after, named):
    file, _ = changed(tmp_path, before, after)
    said = [str(problem) for problem in refusal(file) if problem.code == code]
    assert [each for each in said if all(word in each for word in named)], said


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("units = 3", "units = 1", 0),
        ("claim_from = 0.6", "claim_from = 2", 0),
        ("power = 0.8", "power = 0.8\nstrength = 1", 1),
        ("reliability = 30", "reliability = 14", 0),
        ("fine_step = 0.0025", "fine_step = 0.003", 0),
    ],
)
def test_a_fault_is_placed_on_its_line(tmp_path, before, after, moved):
    file, line = changed(tmp_path, before, after)
    assert {problem.place for problem in refusal(file)} == {f"{file.as_posix()}:{line + moved}"}


def test_a_missing_key_is_placed_at_its_table(tmp_path):
    file, _ = changed(tmp_path, "turnout_step = 5", "")
    [problem] = refusal(file)
    assert problem.place == f"{file.as_posix()}:{SHIPPED[: SHIPPED.index('[collection]')].count(chr(10)) + 1}"


def test_every_fault_is_named_at_once(tmp_path):
    file = tmp_path / "policy.toml"
    text = (
        SHIPPED.replace("mean = 5 ", "mean = 4 ")
        .replace("units = 3", "")
        .replace("power = 0.8", 'power = "a"')
    )
    file.write_text(text.replace("coarse_share = 5", "coarse_share = 7"), "utf-8")
    expected = {"policy-range", "policy-key-missing", "policy-type", "policy-step"}
    assert {problem.code for problem in refusal(file)} == expected


def test_a_file_that_is_not_there_is_named(tmp_path):
    [problem] = refusal(tmp_path / "none.toml")
    assert problem.code == "file-missing"
    assert problem.place.endswith("none.toml")


def test_an_empty_file_lacks_every_key(tmp_path):
    file = tmp_path / "policy.toml"
    file.touch()
    missing = {field.name for field in fields(Policy)}
    said = " ".join(str(problem) for problem in refusal(file))
    assert all(f"{name} is missing" in said for name in missing)


def test_a_readers_thresholds_are_missed_by_name(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED.replace("[thresholds.owner]", "[thresholds.ower]"), "utf-8")
    said = [str(problem) for problem in refusal(file)]
    assert any("thresholds.owner is missing" in each for each in said)
    assert any("there is no key thresholds.ower" in each for each in said)


@pytest.mark.parametrize("figure", ["mean", "interval", "shares", "histogram", "item", "reliability"])
@pytest.mark.parametrize("farther", [Audience.OWNER, Audience.OUTSIDE])
def test_who_is_farther_away_is_never_shown_more(tmp_path, figure, farther):
    tables = {each: SHIPPED.index(f"[thresholds.{each.value}]") for each in Audience}
    at = SHIPPED.index(f"\n{figure} = ", tables[farther])
    end = SHIPPED.index("\n", at + 1)
    file = tmp_path / "policy.toml"
    file.write_text(f"{SHIPPED[:at]}\n{figure} = 5{SHIPPED[end:]}", "utf-8")
    said = [str(problem) for problem in refusal(file)]
    assert any("not shown more" in each for each in said)


def test_the_shipped_policy_says_beside_every_number_what_it_is():
    explained, bare = set(), []
    for line in SHIPPED.splitlines():
        if "=" in line and not line.startswith("#"):
            key = line.partition("=")[0].strip()
            (explained.add(key) if "#" in line else bare.append(key))
    # the same keys of other readers, and two above which a whole line stands
    assert set(bare) - explained == {"confidence", "unanimity_width"} - explained
    assert "# A share of the scale's range: what is released may bound" in SHIPPED


def test_a_stricter_policy_is_stricter_in_every_number():
    pairs = list(zip(numbers(POLICY), numbers(STRICT), strict=True))
    same = [name for (name, one), (_, other) in pairs if one == other]
    assert same == []
    assert len(pairs) > 40


def numbers(policy):
    """Every number of a policy by its name; flags are none."""
    parts = [getattr(policy, field.name) for field in fields(policy)]
    nested = chain(policy.thresholds.values(), [part for part in parts if is_dataclass(part)])
    for part in (policy, *nested):
        for name in get_type_hints(type(part)):
            value = getattr(part, name)
            plain = isinstance(value, int | float) and not isinstance(value, bool)
            if plain:
                yield f"{type(part).__name__}.{name}", value


def test_the_absolute_minimum_holds_for_both_without_the_readers_own_answer():
    for policy in (POLICY, STRICT):
        assert min(map(policy.minimum, Audience)) >= ABSOLUTE_MINIMUM
        assert policy.minimum(Audience.LEADER_AMONG_RESPONDENTS) > ABSOLUTE_MINIMUM
    assert STRICT_POLICY != DEFAULT_POLICY
