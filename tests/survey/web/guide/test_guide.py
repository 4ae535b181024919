"""The leaders' guide: every chapter in every language, with an installation's own numbers."""

import re
import shutil

import pytest

from instruments.languages import LANGUAGES
from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.web.guide import chapters
from survey.web.guide.chapters import CHAPTERS, chapter
from survey.web.platform import catalogues
from tests.paths import REPOSITORY
from tests.policies import POLICY, STRICT
from tests.roles import grant_role
from tests.waves import place

FOLDER = REPOSITORY / "survey" / "web" / "guide"
WRITTEN = ("en", "nb", "nn", "da")
GAP = re.compile(r"{{ *(.*?) *}}")
PASSWORD = "en lang setning her"


def source(language, name):
    return (FOLDER / language / f"{name}.md").read_text("utf-8")


def form(text):
    """What the text is made of: its headings, points, numbers of a list and paragraphs, in their order."""
    lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
    return [re.match(r"#+|-|\d+\.|", line)[0] for line in lines if re.match(r"#+|-|\d+\.", line)]


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_made_alike_in_every_language(name, language):
    own, english = source(language, name), source("en", name)
    assert form(own) == form(english)
    assert sorted(GAP.findall(own)) == sorted(GAP.findall(english))
    assert own.count("**") == english.count("**")


@pytest.mark.parametrize("language", WRITTEN)
def test_every_button_is_called_as_on_the_pages(language):
    named = {each for name in CHAPTERS for each in re.findall(r'say\("(.*?)"\)', source(language, name))}
    assert len(named) > 8
    tree = REPOSITORY / "survey" / "web" / "translations"
    known = catalogues.catalogue(tree / "nb" / "LC_MESSAGES" / "messages.po")
    assert {each for each in named if each not in known} == set()


def test_the_folders_hold_the_chapters_and_nothing_else():
    held = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.md")}
    assert held == {f"{language}/{name}.md" for language in WRITTEN for name in CHAPTERS}
    assert set(WRITTEN) <= set(LANGUAGES)


@pytest.mark.parametrize("language", WRITTEN)
def test_the_numbers_are_those_of_the_installation(language):
    used = {each for name in CHAPTERS for each in GAP.findall(source(language, name)) if "say(" not in each}
    for policy in (POLICY, STRICT):
        text = " ".join(chapter(each, language, policy, str).text for each in CHAPTERS)
        numbers = chapters._numbers(policy, language)
        assert used == set(numbers)
        assert {name for name in used if str(numbers[name]) not in text} == set()


def test_no_chapter_holds_a_number_of_the_policy_by_itself():
    """What differs between two policies is all that the gaps hold: no other number is the policy's."""
    advice = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "30", "25", "35"}  # of lists and of minutes
    scale = {"4.7", "1.3", "4,7", "1,3"}
    for language in WRITTEN:
        for name in CHAPTERS:
            plain = GAP.sub("", source(language, name))
            assert set(re.findall(r"\d+(?:[.,]\d+)?", plain)) <= advice | scale, (language, name)


@pytest.mark.parametrize("language", WRITTEN)
def test_every_chapter_is_a_page_and_leads_to_the_next(browser, language):
    browser.get(f"/guide?language={language}")
    links = [each["href"] for each in browser.page.select("main ol a")]
    assert len(links) == len(CHAPTERS)
    titles = [each.text for each in browser.page.select("main ol a")]
    path, seen = links[0], []
    while path:
        browser.get(path)
        seen.append(browser.heading)
        assert browser.page["lang"] == language
        assert "{{" not in browser.page.text
        following = browser.page.first("a[rel=next]")
        path = following["href"] if following else None
    assert seen == titles


def test_a_link_within_the_guide_leads_to_the_page_of_the_chapter(browser):
    browser.get("/guide/before?language=en")
    [link] = browser.page.select(".guide a")
    assert link["href"] == "/guide/paper"
    assert browser.get(link["href"]).heading == "Should you offer paper?"


def test_a_chapter_that_is_none_is_not_found(browser):
    for name in ("x", "chapters", "..", "en"):
        browser.get(f"/guide/{name}", status=404)


def test_a_language_the_guide_is_not_written_in_has_it_in_english(browser, monkeypatch, tmp_path):
    shutil.copytree(FOLDER / "en", tmp_path / "en")
    monkeypatch.setattr(chapters, "_FOLDER", tmp_path)
    browser.get("/guide/key?language=nn")
    assert browser.heading == "Where should the key lie?"
    assert browser.page.first(".guide")["lang"] == "en"


def test_every_page_of_those_who_sign_in_leads_to_it_in_their_language(browser, home):
    holder = accounts.add(home.database, "leder@example.org", passwords.hash_password(PASSWORD), "nn")
    grant_role(home.database, holder, "leader", place(home).key)
    browser.get("/account/sign-in").submit({"email": holder.email, "password": PASSWORD})
    for path in ("/leader/", f"/leader/{place(home).key}/new", "/account/password", "/guide"):
        browser.get(path)
        assert browser.page.select("footer a[href='/guide']"), path
    # and has the way back to one's own pages
    assert browser.get("/guide/key").page.select("header a[href='/leader/']")
    assert browser.page["lang"] == "nn"
    assert browser.get("/").page.select("a[href='/guide']") == []
