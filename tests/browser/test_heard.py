"""The whole way as a screen reader has it: every stop of its pages as one text, compared with a kept one."""

import re
from pathlib import Path

from babel.dates import format_date

from instruments.pages import questionnaire_pages
from tests.browser.following import follow
from tests.browser.spoken import spoken
from tests.waves import version

KEPT = Path(__file__).with_name("heard.txt")
PAGES = len(questionnaire_pages(version()))
REFERENT = version().wording("skole", "nb").referent


def heard(page):
    """What is heard of a page, one stop a line; what every answer's name repeats is said to be repeated."""
    lines, statement = [f"--- {page.title()}"], ""
    answers = set()
    for each in spoken(page):
        if each.role == "rowheader":
            statement = each.name
        name = each.name
        if each.role == "radio":
            answers.add(name := name.replace(f" {statement} {REFERENT}", " · the statement · the question"))
            answers.add(each.name.partition(f" {statement}")[0])
        # a cell and a label say what the button in them has just said
        if each.role != "cell" and not (each.role == "text" and name in answers):
            lines.append(f"{each.role}: {name} {each.state and f'({each.state})'}".rstrip())
    return "\n".join(lines)


def test_the_whole_way_is_heard_as_it_was(site, phone, tmp_path):
    found = []
    phone.goto(f"{site.address}/c/{site.code()}")
    follow(phone, "a[hreflang=nb]")
    phone.locator("summary").first.click()
    found.append(heard(phone))
    follow(phone, "main a.button")
    for number in range(1, PAGES + 1):
        # all of a dimension, and one statement less on each page that follows
        for item in phone.locator("tr.item").all()[: 9 - number]:
            item.locator("td").nth(number % 5).click()
        if number in {1, PAGES}:
            found.append(heard(phone))
        follow(phone, "button[value=forward]")
    phone.locator("summary").first.click()
    found.append(heard(phone))
    follow(phone, "main form button")
    phone.locator("summary").first.click()
    found.append(heard(phone))

    text = "\n\n".join(found) + "\n"
    for length in ("long", "medium"):
        text = text.replace(format_date(site.open.closes_on, length, locale="nb"), "THE LAST DAY")
    text = re.sub(r"\S+/r/\S+", "THE ADDRESS", text)
    new = tmp_path / "heard.txt"
    new.write_text(text, "utf-8")
    assert text == KEPT.read_text("utf-8"), f"if this is what should be heard: cp {new} {KEPT}"
