import json
import math
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from instruments.aggregates.by_group import by_group
from instruments.aggregates.moments import Moments
from survey.offline.scorecard import scorecard, table
from tests.instruments.building import built
from tests.paths import REPOSITORY

VERSION = built({"wide": ["a", "-b", "c", "d"], "pair": ["e", "f"], "single": ["g"]})


def figures(value):
    """Every number in nested JSON values."""
    if isinstance(value, dict):
        for each in value.values():
            yield from figures(each)
    elif isinstance(value, float):
        yield value


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 14), st.sampled_from([(0, 6), (0, 4), (1, 2), (3, 3)]))
def test_any_answers_give_finite_figures_or_null_with_a_reason(data, people, codes):
    elements = st.integers(*codes)
    answers = data.draw(st_numpy.arrays(np.int8, (people, 7), elements=elements))
    groups = data.draw(st_numpy.arrays(np.int64, people, elements=st.integers(0, 2)))
    parts = {str(place): part for place, part in enumerate(by_group(VERSION, answers, groups))}
    content = scorecard(VERSION, Moments.of(VERSION, answers), parts)
    assert all(math.isfinite(figure) for figure in figures(content))
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    for figure in content["dimensions"].values():
        assert figure["n"] + figure["missing"] == people
        assert all(figure[name] is None for name in figure["undefined"])
    # a line for the group, one for the column names, one a dimension, and a blank one between groups
    assert len(table(content).splitlines()) == 6 * (1 + len(parts)) - 1


def test_undefined_figures_are_null_and_say_why():
    content = scorecard(VERSION, Moments.empty(VERSION), {})
    assert list(content["dimensions"]) == ["wide", "pair", "single"]
    for figure in content["dimensions"].values():
        assert figure["mean"] is None
        assert figure["undefined"]["mean"] == "nobody answered"
        assert figure["percentiles"]["50"] is None


def test_the_documentation_names_every_figure_and_no_other():
    chapter = (REPOSITORY / "docs" / "scoring.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in chapter.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(scorecard(VERSION, Moments.empty(VERSION), {})["dimensions"]["wide"])
