"""What the browser of the tests finds wrong with a page, on one that is in order until it is changed."""

import pytest

from tests.pages import check_addresses, check_page

PAGE = """<!DOCTYPE html>
<html lang="nb">
<head><title>Skjema – Kjennetegn</title><script src="/static/a.js"></script></head>
<body><nav class="tongues"><a href="/form?language=nn">Nynorsk</a></nav>
<main><h1>Skjema</h1>
<div class="faults"><a href="#day">Velg en dag.</a><a href="#choice">Velg noe.</a></div>
<p>Den ene. Den andre.</p>
<table class="listing"><thead><tr><th>Enhet</th><th>Svar</th></tr></thead>
<tbody><tr><th>Asken</th><td data-column="Svar">5</td></tr></tbody></table>
<form method="post" action="/form"><input type="hidden" name="csrf_token" value="x">
<label for="day">Dag</label><input type="date" id="day" name="day" value="2026-03-02" aria-invalid="true">
<fieldset id="choice" aria-describedby="choice-error"><legend>Valg</legend>
<p id="choice-error">Velg noe.</p>
<input type="radio" id="a" name="choice" value="a"><label for="a">A</label></fieldset>
<img src="/static/a.svg" alt="">
<button class="button">Send</button></form></main></body></html>"""

FAULTY = {
    "a language we do not have": ('lang="nb"', 'lang="sv"'),
    "two headings": ("<p>Den ene", "<h1>Skjema</h1><p>Den ene"),
    "another title": ("<title>Skjema", "<title>Arket"),
    "an id twice": ('id="a"', 'id="day"'),
    "a label of nothing": ('for="day"', 'for="days"'),
    "an empty label": (">Dag<", "><"),
    "a field without a label": ("<legend>", '<input id="b" name="b"><legend>'),
    "a description that is not there": ('aria-describedby="choice-error"', 'aria-describedby="error"'),
    "an empty legend": ("<legend>Valg", "<legend>"),
    "no token": ('name="csrf_token"', 'name="token"'),
    "two tokens": ('<label for="day"', '<input type="hidden" name="csrf_token" value="y"><label for="day"'),
    "a token without a value": ('value="x"', ""),
    "no date": ('value="2026-03-02"', 'value="2. mars"'),
    "a picture without a text": (' alt=""', ""),
    "a link to nothing on the page": ('href="#day"', 'href="#days"'),
    "a fault not told at its field": (' aria-invalid="true"', ""),
    "a fault not told at its group": ("choice-error", "choice-hint"),
    "a cell of another column": ('data-column="Svar"', 'data-column="Enhet"'),
    "two sentences without a space": ("ene. Den", "ene.Den"),
    "a button as small as its letters": (' class="button"', ""),
    "a script in the page": ('src="/static/a.js">', ">alert(1)"),
    "a style in the page": ("<p>Den", '<p style="color: red">Den'),
    "a style sheet in the page": ("</title>", "</title><style>p { color: red }</style>"),
    "a frame": ("<p>Den", '<iframe src="/a"></iframe><p>Den'),
    "what happens at a click": ("<p>Den", '<p onclick="a()">Den'),
    "a third party": ("/static/a.svg", "https://third.example/a.svg"),
    "markup with a fault": ("</form></main>", "</main></form>"),
    "a page too large": ("Den andre", "n" * 22_000),
}


def test_a_page_in_order_is_taken():
    page = check_page(PAGE, 200, scripted=True)
    check_addresses(page, "")
    assert page.first("h1").text == "Skjema"


@pytest.mark.parametrize("fault", FAULTY)
def test_a_page_with_a_fault_is_refused(fault):
    old, new = FAULTY[fault]
    assert PAGE.count(old) >= 1
    with pytest.raises(AssertionError):
        check_page(PAGE.replace(old, new), 200, scripted=True)


def test_a_script_is_refused_where_none_may_be():
    with pytest.raises(AssertionError):
        check_page(PAGE, 200)


def test_an_error_is_said_in_the_title():
    with pytest.raises(AssertionError):
        check_page(PAGE, 404, scripted=True)
    assert check_page(PAGE.replace("<title>", "<title>Feil: "), 404, scripted=True)


@pytest.mark.parametrize("address", ["/other", "form", "//third.example/a"])
def test_an_address_outside_the_public_one_is_refused(address):
    page = check_page(PAGE.replace('"/', '"/sub/'), 200, scripted=True)
    check_addresses(page, "/sub")
    page.listed["form"][0].set("action", address)
    with pytest.raises(AssertionError):
        check_addresses(page, "/sub")
