"""What pages do where something is pointed at, focused or turned, read from the sheet, scripts and templates.

The numbers are those of WCAG 2.1; the papers on accessibility say of them what is tested here.
"""

import re

import pytest

from tests.paths import REPOSITORY

WEB = REPOSITORY / "survey" / "web"
SHEET = (WEB / "static" / "kjennetegn.css").read_text("utf-8")
SCRIPTS = {path.name: path.read_text("utf-8") for path in (WEB / "static").glob("*.js")}
TEMPLATES = {str(path): path.read_text("utf-8") for path in (WEB / "templates").rglob("*.html")}
_BARE = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
RULES = [
    (selector.strip(), dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", body)))
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", _BARE)
]
# what a rule for something that is pointed at or focused may change: how it looks, and not what is there
LOOKS = re.compile(r"color|background|border|outline|box-shadow|text-decoration|text-underline")
# the link that skips to the content comes into view when it is focused, and is itself what is focused
COMES_INTO_VIEW = {".skip:focus": {"left", "top"}}


def test_there_is_something_to_read():
    assert len(RULES) > 300
    assert len(TEMPLATES) > 100
    assert len(SCRIPTS) >= 6


def test_nothing_looks_at_how_a_device_is_turned():  # 1.3.4
    texts = {"sheet": SHEET, **SCRIPTS, **TEMPLATES}
    assert [name for name, text in texts.items() if re.search(r"orientation", text)] == []


def test_the_only_pictures_are_the_mark_and_drawings():  # 1.4.5
    shown = [each for text in TEMPLATES.values() for each in re.findall(r"<img[^>]*>", text)]
    assert len(shown) > 5
    assert [each for each in shown if not re.search(r'figure"|"mark\.svg"', each)] == []
    assert [selector for selector, said in RULES if "url(" in str(said)] == []


def test_pointing_and_focus_change_how_something_looks_and_bring_nothing_up():  # 1.4.13
    led = [(selector, said) for selector, said in RULES if re.search(r":hover|:focus", selector)]
    assert len(led) > 12
    more = {
        selector: {name for name in said if not LOOKS.match(name)}
        for selector, said in led
        # hidden where it is not focused: it takes an answer back, and is there as soon as there is one
        if ":not(:focus-within)" not in selector
    }
    more = {selector: names - {"border-radius"} for selector, names in more.items() if names}
    assert {selector: names for selector, names in more.items() if names} == COMES_INTO_VIEW
    titles = [name for name, text in TEMPLATES.items() if re.search(r"<[a-z][^<>{}]*\stitle=", text)]
    assert titles == []


def luminance(colour):
    """The relative luminance of a colour, by WCAG 2.1."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast of two colours, by WCAG 2.1."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=["light", "dark"])
def colours(request):
    """The colours of the sheet by name."""
    parts = SHEET.split("prefers-color-scheme: dark")[:2]
    light, dark = (dict(re.findall(r"--(\w[\w-]*):\s*(#\w+)", each)) for each in parts)
    return light if request.param == "light" else {**light, **dark}


def test_edges_of_fields_and_buttons_stand_out_from_what_is_beside_them(colours):  # 1.4.11
    assert contrast("#000", "#fff") == pytest.approx(21)
    pairs = [(each, ground) for each in ("edge", "blue", "act", "red") for ground in ("paper", "sand")]
    found = {pair: contrast(*(colours[name] for name in pair)) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in found.items() if value < 3} == {}


def test_what_is_focused_has_a_ring_of_two_colours_one_of_which_is_seen(colours):  # 2.4.7
    # between the ring and what is focused the ground is seen
    [ring] = [said for selector, said in RULES if selector == ":focus-visible"]
    assert ring["outline"] == "3px solid var(--focus)"
    assert "var(--ink)" in ring["box-shadow"]
    for ground in ("paper", "sand", "pale", "mint", "rose"):
        assert max(contrast(colours[each], colours[ground]) for each in ("focus", "ink")) >= 3, ground
    bare = [selector for selector, said in RULES if re.match(r"0|none", said.get("outline", ""))]
    # where the page begins after a skip, and choices, whose words have the ring instead
    assert bare == ["main:focus", ".option input:focus-visible"]
    words = dict(RULES)[".option input:focus-visible + label"]
    assert words["outline"] == ring["outline"]


def listened(script):
    return set(re.findall(r"addEventListener\(\s*\"(\w+)\"", script))


def test_nothing_happens_when_something_is_pressed_before_it_is_let_go():  # 2.5.2
    down = {"pointerdown", "mousedown", "touchstart"}
    at = {name: listened(text) & down for name, text in SCRIPTS.items()}
    # notes which answer was chosen before; what follows waits for the click
    assert {name: events for name, events in at.items() if events} == {"answering.js": {"pointerdown"}}
    [pressed] = re.findall(r'"pointerdown", \(event\) => \{(.*?)\n\}\);', SCRIPTS["answering.js"], re.DOTALL)
    assert re.findall(r"\.(?:click|submit|requestSubmit|focus)\(|\.checked = |location", pressed) == []
    # the tablet's own counts every touch as a sign that somebody is there, and does nothing else
    assert "addEventListener(kind, touch, { capture: true, passive: true })" in SCRIPTS["kiosk.js"]


def test_nothing_happens_when_something_is_focused():  # 3.2.1
    told = {"focus", "focusin", "focusout", "blur"}
    assert {name: listened(text) & told for name, text in SCRIPTS.items() if listened(text) & told} == {}
    attributes = re.compile(r"<[a-z][^<>]*\son(?:focus|blur|change|input|mouse\w+|pointer\w+)=|\sautofocus\b")
    assert [name for name, text in TEMPLATES.items() if attributes.search(text)] == []


def test_what_is_typed_or_chosen_moves_nothing_but_where_the_page_says_so_beforehand():  # 3.2.2
    told = {"input", "change"}
    at = {name: listened(text) & told for name, text in SCRIPTS.items() if listened(text) & told}
    assert at == {"paper.js": {"input"}}
    [page] = [text for text in TEMPLATES.values() if "data-signs=" in text]
    assert page.index('id="leads"') < page.index("data-signs=")
    assert "the next row comes by itself" in page
    # answers come into view, and the focus stays where it is
    assert ".focus(" not in SCRIPTS["answering.js"].replace("if (focused) choice.focus(", "")


def test_what_a_script_says_on_a_page_is_announced():  # 4.1.3
    says = re.compile(r"(\w+)\.textContent = ")
    said = {(name, each) for name, text in SCRIPTS.items() for each in says.findall(text)}
    # the seconds that are left are read out by whoever looks for them: they change each second
    assert said == {
        ("copying.js", "said"),
        ("kiosk.js", "said"),
        ("kiosk.js", "seconds"),
        ("passkey.js", "failed"),
    }
    assert 'said.setAttribute("role", "status")' in SCRIPTS["copying.js"]
    for part in ("kiosk-alert", "passkey-failed"):
        assert [text for text in TEMPLATES.values() if re.search(rf'role="alert" id="{part}"', text)]
    shown = [
        line for text in TEMPLATES.values() for line in text.splitlines() if "get_flashed_messages" in line
    ]
    assert len(shown) >= 3
    assert [line for line in shown if 'role="status"' not in line] == []
