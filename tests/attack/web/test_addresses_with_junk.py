"""Somebody asks for addresses that are nearly right, to learn what is there."""

import itertools
import re
from functools import cache, partial

import pytest

from reports.results.agreed_actions import AgreedAction
from survey.accounts import password_links, passwords
from survey.collection import admission, code_issuing, lifecycle, staff_results, submission
from survey.store.repositories import accounts, actions, studies, units
from survey.web.platform.context import EXTENSION
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import TODAY, alike, drafted, opened, place, seal, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
ALL_ROLES = "all@example.org"
# the names of the parts of addresses: keys of what is there, and words that say what is asked of it
KEYS = {"unit", "wave", "action", "link", "code", "token", "number", "key", "study"}
WORDS = {
    "dimension", "name", "half", "edition", "instrument", "rows", "filename", "tongue", "form", "earlier",
    "later", "chapter", "kind", "row", "what", "planned", "role", "years", "ending", "job", "part", "of",
    "provider", "chosen",
}  # fmt: skip
TYPED = {"code", "link"}  # by people, and of surveys in every state
JUNK = ("x", "0", "-", "=", "%20", "%00")


class Site:
    """Every kind of thing an address can name, and the addresses that name it."""

    def __init__(self, app, home, clock):
        parts = app.extensions[EXTENSION]
        self.home = home
        town = units.add(home.database, "By", "municipality", None, None)
        self.unit = place(home)
        self.sealed = sealed(home, simulated(12), unit="Asken")
        self.elsewhere = sealed(home, simulated(12), unit="Bjerka")
        self.draft = drafted(home, unit="Alm")
        action = {
            "dimension": "evidence_use",
            "goal": "a",
            "action": "b",
            "who": "c",
            "sign": "d",
            "due": TODAY,
        }
        actions.add(home.database, self.sealed, AgreedAction(**action))
        self.action = actions.of_wave(home.database, self.sealed)[0].key
        self.holder = accounts.add(home.database, ALL_ROLES, HASHED, "nb")
        for role, where in (
            ("leader", self.unit.key), ("owner", town.key), ("editor", None), ("operator", None),
        ):  # fmt: skip
            grant_role(home.database, self.holder, role, where)
        invited = accounts.add(home.database, "ny@example.org", "", "nb")
        link = password_links.issue(parts.database, parts.policy, parts.settings, invited, by="", now=clock())
        self.token = link.rpartition("/")[2]
        self.links = [self._linked(state) for state in ("open", "closed", "sealed")]
        self.codes = [self._coded(state) for state in ("unused", "used", "closed", "sealed", "draft")]
        self.parts = {
            "unit": [self.unit.key, self.sealed.unit_key, self.elsewhere.unit_key, town.key],
            "key": [self.unit.key],
            "wave": [self.sealed.key, self.elsewhere.key, self.draft.key],
            "action": [self.action],
            "link": self.links,
            "code": [*self.codes, staff_results.code(home.keys, self.sealed)],
            "token": [self.token],
            "number": [str(self.holder.id), str(invited.id)],
            "study": [studies.add(home.database, "Over tid", TODAY, TODAY)],
        }

    def _linked(self, state):
        wave = opened(self.home, unit=f"Link {state}", open_link=True)
        link = admission.link(self.home.keys, wave)
        self._ended(wave, state)
        return link

    def _coded(self, state):
        wave = drafted(self.home, unit=f"Code {state}")
        if state != "draft":
            wave = lifecycle.open_wave(self.home.database, self.home.keys, self.home.policy, wave.key, TODAY)
        code = code_issuing.issue(self.home.database, self.home.keys, wave.key, 1)[0]
        if state == "used":
            held = admission.admit(self.home.database, self.home.keys, code, TODAY)
            submission.submit(self.home.database, self.home.keys, held, alike(), TODAY)
        self._ended(wave, state)
        return code

    def _ended(self, wave, state):
        if state in {"closed", "sealed"}:
            wave = lifecycle.close(self.home.database, wave.key)
        if state == "sealed":
            seal(self.home, wave)


@pytest.fixture
def engine_name():
    """Who is told what is decided above the store."""
    return "sqlite"


@pytest.fixture
def site(app, home, clock):
    return Site(app, home, clock)


def rules(app):
    """Every route whose address has parts, as (rule, a method of it)."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.arguments
        for method in sorted(rule.methods & {"GET", "POST"})
    ]


def filled(rule, values):
    """The address of a rule with these parts."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: values[found[1]], rule.rule)


def asked(browser, method, path):
    """What a visitor is told: the status, the heading and the text; nothing that repeats the address."""
    sent = {"csrf_token": browser.token()} if method == "POST" else None
    reply = browser.client.open(path, method=method, data=sent, base_url="https://svar.example")
    text = re.sub(r"«[^»]*»", "«»", reply.get_data(as_text=True))
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    if not main:
        return reply.status_code, reply.headers.get("Location", "").partition("?")[0]
    # a page may name the key that was asked for
    return reply.status_code, re.sub(r"«[^»]*»", "«»", re.sub(r"\s+", " ", main[0]))


def visitors(app, public_url):
    """Somebody who is not signed in, and somebody who holds every role a single account can hold."""
    inside = Browser(app, public_url)
    inside.get("/account/sign-in").submit({"email": ALL_ROLES, "password": PASSWORD})
    outside = Browser(app, public_url)
    outside.get("/account/sign-in")
    return [inside, outside]


def others(site, key):
    """Real values of the parts of an address other than the one that is tried."""
    real = {name: values[0] for name, values in site.parts.items()}
    words = {"dimension": "evidence_use", "name": "overview", "half": "2026-1", "edition": "skole",
             "instrument": site.sealed.instrument, "rows": "items", "of": "answers", "filename": "mark.svg",
             "kind": "csv", "row": "1", "years": "3"}  # fmt: skip
    return {**dict.fromkeys(WORDS, "x"), **words, **real} | {key: ""}


def nearly(key, value):
    """What is nearly that key, as (what is left of it, what stands behind it)."""
    # around the characters of a code or a link people type what they like
    junk = [each for each in JUNK if key not in TYPED or each not in {"-", "=", "%20", "%00"}]
    cuts = (value[:-1], value[1:], value[:8] if len(value) > 8 else value[:-1])
    return [*((value, each) for each in junk), *((cut, "") for cut in dict.fromkeys(cuts))]


def test_every_part_of_every_address_is_known_here(app):
    assert {name for rule, _ in rules(app) for name in rule.arguments} <= KEYS | WORDS
    assert {name for rule, _ in rules(app) for name in rule.arguments} >= KEYS


def test_a_key_with_junk_is_answered_like_nonsense(app, site, public_url):
    tried, turns = 0, itertools.count()
    for browser, (rule, method) in itertools.product(visitors(app, public_url), rules(app)):
        # many keys are equally long, and the nonsense beside them is the same
        told = cache(partial(asked, browser, method))
        # a number with junk is no address at all
        for key in sorted(rule.arguments & KEYS - {"number"}):
            there = others(site, key)
            for at, value in enumerate(site.parts[key]):
                tries = nearly(key, value)
                # all keys of a kind are looked up alike: each but the first is tried in one way, by turns
                if at > 0 and key not in TYPED:
                    tries = [tries[next(turns) % len(tries)]]
                for cut, junk in tries:
                    nonsense = re.sub(r"\w", "q", cut) + junk
                    near, wanted = (
                        told(filled(rule, there | {key: each})) for each in (cut + junk, nonsense)
                    )
                    assert near == wanted, (rule.rule, key, cut, junk)
                    tried += 1
    assert tried > 1000


def test_what_is_elsewhere_is_answered_like_nonsense(app, site, public_url):
    """The keys of a unit and a wave in which this leader has no role."""
    browser = visitors(app, public_url)[0]
    elsewhere = {"unit": site.elsewhere.unit_key, "wave": site.elsewhere.key}
    asking = [
        (rule, method, key, value)
        for rule, method in rules(app)
        for key, value in elsewhere.items()
        if rule.endpoint.startswith("leader.") and key in rule.arguments
    ]
    assert len(asking) > 30
    for rule, method, key, value in asking:
        there = others(site, key)
        told = asked(browser, method, filled(rule, there | {key: value}))
        assert told == asked(browser, method, filled(rule, there | {key: "qqqqqqqq"})), rule.rule


def test_whole_links_and_codes_are_told_what_became_of_their_survey(browser, site):
    """The control: what is real is answered otherwise than nonsense."""
    assert [asked(browser.get("/"), "GET", f"/open/{link}")[0] for link in site.links] == [303, 303, 303]
    told = [asked(browser.get("/"), "GET", f"/c/{code}")[0] for code in site.codes]
    assert told == [303, 409, 303, 303, 409]
