"""Form pages are rendered once and filled in for each: nobody may find anything of another on theirs."""

import re
from dataclasses import replace

import pytest

from instruments import library
from survey.collection import code_issuing, lifecycle
from survey.store import ttl_cache
from survey.store.database import connect
from survey.store.repositories import actions, waves
from survey.web.platform.context import EXTENSION
from survey.web.respondent import page_cache
from tests.pages import Browser
from tests.stored import statements
from tests.waves import opened, version


@pytest.fixture(autouse=True)
def nothing_kept():
    page_cache._cached_page.cache_clear()


@pytest.fixture
def people(app, public_url):
    """Makes browsers of people who hold a code of a wave and read a language."""

    def come(home, wave, language):
        [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
        browser = Browser(app, public_url)
        browser.get(f"/c/{code}")
        browser.get(f"/answer/start?language={language}")
        return browser

    return come


def checked(browser):
    return {each["name"]: each["value"] for each in browser.page.select("input[checked]")}


def without_token(browser):
    return re.sub(r'name="csrf_token" value="[^"]+"', "", browser.reply.text)


def answered(browser, value):
    names = {each["name"] for each in browser.get("/answer/1").page.select("input[type=radio]")}
    browser.submit(dict.fromkeys(names, value), "forward")
    return dict.fromkeys(names, value)


def test_the_next_person_finds_no_answer_and_no_token_of_the_one_a_page_was_rendered_for(home, people):
    wave = opened(home)
    first, second = people(home, wave, "nb"), people(home, wave, "nb")
    answered(first, "5")
    page_cache._cached_page.cache_clear()
    rendered_for = first.get("/answer/1")
    assert len(checked(rendered_for)) == 8
    assert checked(second.get("/answer/1")) == {}
    assert second.token() != first.token()
    assert first.token() not in second.reply.text


def test_a_kept_page_holds_neither_token_nor_answer(home, people):
    first = people(home, opened(home), "nb")
    answered(first, "5")
    first.get("/answer/1")
    kept = page_cache._cached_page(page_cache.CacheKey("", version(), "skole", "nb", "nb", 1, None, 6))
    assert page_cache._cached_page.cache_info().hits > 0
    text = "".join(kept.pieces)
    assert first.token() not in text
    assert "checked" not in text
    assert len(kept.holes) == 8 * 8 + 1


def test_each_page_is_the_one_that_would_have_been_rendered_for_it_alone(home, people):
    waves_of = {"nb": opened(home), "nn": opened(home, "Bjerka"), "en": opened(home, "Elvebakken")}
    readers = [(people(home, wave, tag), number) for tag, wave in waves_of.items() for number in (1, 2, 5)]
    for (browser, number), value in zip(readers, "123451234", strict=True):
        if number == 1:
            answered(browser, value)
    together = [without_token(browser.get(f"/answer/{number}")) for browser, number in readers]
    assert page_cache._cached_page.cache_info().currsize == len(readers)
    for (browser, number), page in zip(readers, together, strict=True):
        page_cache._cached_page.cache_clear()
        assert without_token(browser.get(f"/answer/{number}")) == page


def test_two_versions_of_a_questionnaire_never_share_a_page():
    one, other = version(), library.get("learning_community@1.1.0")
    asked = page_cache.CacheKey("", one, "skole", "nb", "nb", 1, None, 6)
    altered = [{"version": other}, {"version": replace(one, content_hash="x")}]
    altered += [
        {"root": "/below"},
        {"language": "nn"},
        {"spoken": "da"},
        {"number": 2},
        {"background": "role@1"},
        {"fewest": 5},
        {"edition": "barnehage"},
    ]
    assert len({asked, *(replace(asked, **each) for each in altered)}) == 1 + len(altered)


def test_a_statement_that_reads_like_a_hole_is_none():
    assert len(page_cache._HOLE.split("csrf_token item_goals 4")) == 1


def test_a_page_that_was_shown_a_moment_ago_asks_the_database_nothing(home, people, monkeypatch):
    monkeypatch.setattr(ttl_cache, "LONGEST_SECONDS", 3600)  # however busy the machine is
    browser = people(home, opened(home), "nb").get("/answer/1")
    with statements(home.database) as asked:
        browser.get("/answer/2")
        browser.submit(press="forward")
    assert asked == []


def test_sending_is_three_statements_in_one_transaction(home, people, monkeypatch):
    monkeypatch.setattr(ttl_cache, "LONGEST_SECONDS", 3600)
    wave = opened(home)
    browser = people(home, wave, "nb")
    answered(browser, "3")
    token = browser.get("/answer/review").token()
    actions.agreed_before(home.database, wave)  # which everybody who sends within a second shares
    with statements(home.database) as asked:
        browser.client.post("/answer/send", data={"csrf_token": token}, base_url=browser.address)
    told = [each.split()[0] for each in asked if not each.startswith("BEGIN")]
    # the first asks whether the tables are those of this program
    assert told == ["SELECT", "SELECT", "UPDATE"]


def test_a_wave_that_another_process_closed_is_shown_for_a_second_and_takes_nothing(
    app, home, people, monkeypatch
):
    monkeypatch.setattr(ttl_cache, "LONGEST_SECONDS", 3600)  # however busy the machine is
    wave = opened(home)
    browser = people(home, wave, "nb")
    answered(browser, "3")
    token = browser.get("/answer/review").token()
    other = connect(app.extensions[EXTENSION].settings.database)
    lifecycle.close(other, wave.key)
    other.close()
    assert waves.cached(home.database, wave.key).is_open
    browser.post("/answer/send", {"csrf_token": token}, 410)
    monkeypatch.setattr(ttl_cache, "LONGEST_SECONDS", 0)
    browser.get("/answer/1", 410)
