"""Texts in other programs' files are shown there as they are written here, and promise what is true there.

Other programs make HTML of a text. What they make is described by their documentation and repeated here in
the few lines that matter: the Markdown of ODK Collect and Enketo, and LimeSurvey's HTML with its expressions.
"""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from pyxform.xls2xform import convert

from instruments import library
from instruments.formats.limesurvey import _literal as for_limesurvey
from instruments.formats.limesurvey import lss_bytes
from instruments.formats.promise import promise_elsewhere, promised_in_english
from instruments.formats.xlsform import _literal as for_xlsform
from instruments.formats.xlsform import xlsform_bytes
from instruments.languages import LANGUAGES
from tests.paths import EXAMPLES

XFORMS = "{http://www.w3.org/2002/xforms}"
JOINER = "\N{WORD JOINER}"
TROUBLE = [
    "2 * 3 * 4",
    "**not bold** and *not slanted*",
    "__neither__ and _nor_ and snake_case_here",
    "# no heading",
    "## none either #",
    "[no link](https://example.org)",
    r"a \ backslash, \* escaped \_ things \# and \\",
    "less <b>than</b> that",
    '<span style="color:red">no colour</span>',
    "< span >none</ span>",
    "3 < 4 > 2 & 5",
    "&lt; &amp; &#42; &nbsp; as written",
    "${starts_on_time} and ${last-saved#x}",
    "{SID} {TOKEN:EMAIL} {if(1, 'a', 'b')}",
    "=1+1",
    "«quotes» “and” ‘others’ it's",
]
LETTERS = st.text(alphabet=r"ab *_#\<>&;/[](){}$lt=\"' span42", max_size=30)


def text_of(markup):
    return html.fromstring(f"<div>{markup}</div>").text_content() if markup.strip() else markup


def as_odk_shows(label):
    """What ODK Collect and Enketo show of a label: their subset of Markdown, then HTML."""
    shown = re.sub(r"<(?![A-Za-z/])", "&lt;", label)
    shown = re.sub(r"<\s?span([^/\n]*)>((?:(?!</).)+)</\s?span\s?>", r"<i>\2</i>", shown)
    for sign in ("#", "\\", "_", "*"):
        shown = shown.replace("\\" + sign, f"&#{ord(sign)};")
    shown = re.sub(r"__(.*?)__|\*\*(.*?)\*\*", r"<strong>\1\2</strong>", shown)
    shown = re.sub(r"_([^\s][^_\n]*)_|\*([^\s][^*\n]*)\*", r"<em>\1\2</em>", shown)
    shown = re.sub(r"\[([^\]]*)\]\(([^)]+)\)", r"<a>\1</a>", shown)
    shown = re.sub(r"^(#+)([^\n]*)$", r"<h1>\2</h1>", shown)
    return text_of(shown).replace(JOINER, "")


@pytest.mark.parametrize("text", TROUBLE)
def test_odk_shows_every_sign_of_a_text(text):
    assert as_odk_shows(for_xlsform(text)) == text


@given(LETTERS)
def test_odk_shows_any_signs_in_any_order(text):
    assert as_odk_shows(for_xlsform(text)).split() == text.split()


def test_a_text_without_such_signs_is_left_alone():
    plain = "Vi snakker om «hva» vi ser, og hva det kan bety (for oss) – 100 %."
    assert for_xlsform(plain) == plain
    assert for_limesurvey(plain) == plain


@pytest.mark.parametrize("text", TROUBLE)
def test_limesurvey_shows_every_sign_of_a_text_and_finds_no_expression(text):
    written = for_limesurvey(text)
    assert text_of(written) == text
    assert {"{", "}", "<"} & set(written) == set()


def troubled(text):
    version = library.load(EXAMPLES / "minimal.toml")
    wording = version.wording("school", "en")
    words = replace(
        wording,
        title=text,
        referent=text,
        items=dict.fromkeys(wording.items, text),
        categories=dict.fromkeys(wording.categories, text),
        unscored=dict.fromkeys(wording.unscored, text),
        dimensions={
            name: replace(each, name=text, heading=text) for name, each in wording.dimensions.items()
        },
    )
    return replace(version, wordings={("school", "en"): words})


@pytest.mark.parametrize("text", TROUBLE)
def test_the_forms_that_are_made_hold_the_text_and_nothing_else(text):
    made = convert(io.BytesIO(xlsform_bytes(troubled(text), "school")), file_type=".xlsx", validate=False)
    form = etree.fromstring(made.xform.encode())
    # a reference to a question would be an element inside the text
    shown = [as_odk_shows("".join(each.itertext())) for each in form.iter(f"{XFORMS}value")]
    assert [len(each) for each in form.iter(f"{XFORMS}value")] == [0] * len(shown)
    # a stem, a group, two items, four categories and an unscored answer; XLSForm knows straight quotes only
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    assert shown.count(straight) == 9
    document = etree.fromstring(lss_bytes(troubled(text), "school"))
    paths = (".//group_l10ns//group_name", ".//question_l10ns//question", ".//answer_l10ns//answer")
    held = [text_of(each.text) for path in paths for each in document.findall(path)]
    assert held == [text] * 9
    assert text_of(document.findtext(".//surveyls_title")).startswith(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_programs_promise_nothing_that_only_this_one_does(language):
    whole = library.get("learning_community@1.1.0")
    edition = next(name for name, tags in whole.editions.items() if language in tags)
    wording = whole.wording(edition, language)
    promise, skip = promise_elsewhere(language)
    sheet = convert(io.BytesIO(xlsform_bytes(whole, edition)), file_type=".xlsx", validate=False).xform
    survey = lss_bytes(whole, edition).decode()
    for file in (sheet, survey):
        assert promise in file
        assert skip in file
        assert wording.subtitle in html.fromstring(file.encode()).text_content()
        for sentence in (wording.promise, *wording.introduction):
            assert sentence not in html.fromstring(file.encode()).text_content()
    said = wording.promise.lower()
    protected = r"låst|\blocked|krypter|encrypt|forsegl|\bseal"
    assert re.search(protected, said) is not None
    assert re.search(protected, f"{promise} {skip}".lower()) is None


def test_a_language_without_such_a_promise_is_warned_of_and_promised_in_english():
    version = library.load(EXAMPLES / "minimal.toml")
    foreign = replace(
        version, editions={"school": ("fi",)}, wordings={("school", "fi"): version.wording("school", "en")}
    )
    (warning,) = promised_in_english(foreign, "school")
    assert (warning.place, warning.code) == ("fi", "promise-in-english")
    assert promise_elsewhere("fi") == promise_elsewhere("en")
    assert list(promised_in_english(version, "school")) == []


def test_what_is_promised_elsewhere_is_said_in_every_language_in_words_of_its_own():
    said = [sentence for tag in LANGUAGES for sentence in promise_elsewhere(tag)]
    assert len(set(said)) == 2 * len(LANGUAGES)
