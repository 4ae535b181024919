"""The style sheet: every colour it names is there, and is not named after itself."""

import re

import pytest

from reports.presentation.figures.palette import category_colours
from tests.paths import REPOSITORY

STYLE = (REPOSITORY / "survey" / "web" / "static" / "kjennetegn.css").read_text("utf-8")


def test_every_property_that_is_used_has_a_value_of_its_own():
    used = set(re.findall(r"var\((--[\w-]+)", STYLE))
    given = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", STYLE))
    assert len(used) > 15
    assert used <= set(given)
    assert [name for name, value in given.items() if f"var({name}" in value] == []


@pytest.mark.parametrize("count", [3, 5])
def test_the_swatches_of_the_pages_have_the_colours_of_the_figures(count):
    held = {
        name: colour
        for names, colour in re.findall(r"((?:\.of\d\.s\d(?:, )?)+) \{ background: (#\w+)", STYLE)
        for name in names.split(", ")
    }
    wanted = {f".of{count}.s{k}": colour.lower() for k, colour in enumerate(category_colours(count), 1)}
    assert wanted.items() <= held.items()


def test_the_dark_scheme_sets_colours_and_no_sizes():
    [scheme] = re.findall(r"(?s)@media screen and \(prefers-color-scheme: dark\) \{(.*?)\n\}", STYLE)
    rules = re.findall(r"([^{};]+)\{([^}]*)\}", re.sub(r"/\*.*?\*/", "", scheme))
    root, *others = [(selectors.strip(), declared) for selectors, declared in rules]
    assert root[0] == ":root"
    assert re.fullmatch(r"(\s*--[\w-]+: #[0-9a-f]{3,6};)+\s*", root[1])
    # pictures, which nobody presses
    assert [selectors for selectors, _ in others] == ["figure img, .drawing img"]
    assert STYLE.count("prefers-color-scheme") == 1
