"""An installation under a stricter policy shows its own numbers everywhere, in every language.

No text holds a number of the policy by itself: each is built from the policy of the installation.
"""

import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath
from unittest.mock import patch

import pypdf
import pytest

import survey
from instruments import library
from reports.disclosure import Audience
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.exports import FORMATS, TABLES, Extraction, codebook_bytes, write
from reports.pdf import questionnaire, report, slips
from reports.results.profile import profile
from survey.accounts import passwords
from survey.background.jobs import run_waiting
from survey.collection import code_issuing, lifecycle, sealing, submission
from survey.publication import release
from survey.settings import Settings
from survey.store.repositories import accounts, units
from survey.web.platform.context import EXTENSION
from tests import waves
from tests.keys import make_installation
from tests.pages import Browser
from tests.policies import POLICY, STRICT, STRICT_POLICY
from tests.reports.waves import believable, sealed_from
from tests.roles import grant_role
from tests.waves import TODAY, BareInstallation, release_finished

LANGUAGES = ("nb", "nn", "da", "en")
ADDRESS = "https://svar.example"
EMAIL, RESEARCHER, PASSWORD = "alle@example.org", "forsker@example.org", "en lang setning her"
KINDS = {
    "leader.wave",
    "leader.new_wave",
    "leader.profile",
    "leader.dimension",
    "leader.new_action",
    "owner.overview",
    "owner.show_round",
    "owner.reports",
    "researcher.desk",
    "operator.status",
}
MOST_OF_A_KIND = 3
FILES = {".pdf", ".png", ".pptx", ".svg", ".xlsx", ".zip"}
PEOPLE = 43  # of each unit: enough for everything under the stricter policy, and none of its numbers
UNITS = ("Alm skole", "Bjerk skole", "Gran skole", "Rogn skole")
MADE = Extraction(TODAY, "0.1.0", "0" * 12)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An installation under the stricter policy, with something on every page of every role."""
    folder = tmp_path_factory.mktemp("strict")
    settings = make_installation(
        Settings(f"sqlite:///{folder}/k.db", folder / "keys", "0123456789abcdef" * 2, ADDRESS)
    )
    app = survey.create_app(replace(settings, policy=STRICT_POLICY))
    context = app.extensions[EXTENSION]
    context.clock = app.session_interface.clock = lambda: _noon(TODAY)
    yield Site(app, context)
    context.database.close()


def _noon(day):
    return (day.toordinal() - 719163) * 86400 + 43200


class Site:
    def __init__(self, app, context):
        self.app, self.context = app, context
        self.home = BareInstallation(context.database, context.keys, context.policy)
        self.town = units.add(self.home.database, "Fjordby", "municipality", None, None)
        for seed, name in enumerate(UNITS):
            self._sealed(name, seed)
        again = {"title": "Haust", "background": "role@1", "opens_on": TODAY, "closes_on": TODAY}
        self.last = self._sealed(UNITS[0], 9, **again)
        waves.drafted(self.home, UNITS[0], title="Utkast")
        self.open = waves.opened(self.home, UNITS[0], title="Open", invited=70, background="role@1")
        waves.answer(self.home, self.open, waves.simulated(9), said=["with_learners"] * 9)
        holder = accounts.add(self.home.database, EMAIL, passwords.hash_password(PASSWORD), "en")
        grant_role(self.home.database, holder, "leader", self.open.unit_key)
        grant_role(self.home.database, holder, "owner", self.town.key)
        grant_role(self.home.database, holder, "owner", self._village().key)
        self.forgetful = accounts.add(self.home.database, "glemt@example.org", "", "nb")
        for role in ("operator", "editor"):
            grant_role(self.home.database, holder, role, None)
        # whoever leads or owns units is no researcher
        researcher = accounts.add(self.home.database, RESEARCHER, passwords.hash_password(PASSWORD), "en")
        grant_role(self.home.database, researcher, "researcher", None)

    def _village(self):
        """An owner of one small unit, of which nothing is released together."""
        village = units.add(self.home.database, "Vik", "municipality", None, None)
        units.add(self.home.database, "Vik skole", "workplace", "skole", village.key)
        wave = waves.opened(self.home, "Vik skole", title="Vår")
        waves.seal(self.home, lifecycle.close(self.home.database, wave.key))
        return village

    def _sealed(self, name, seed, **asked):
        if not [each for each in units.every(self.home.database) if each.name == name]:
            units.add(self.home.database, name, "workplace", "skole", self.town.key)
        wave = waves.opened(self.home, name, **{"invited": PEOPLE, "title": f"Vår {name}", **asked})
        said = ["with_learners", "supporting_others"] * PEOPLE if "background" in asked else None
        waves.answer(self.home, wave, waves.simulated(PEOPLE, seed), said=said and said[:PEOPLE])
        lifecycle.close(self.home.database, wave.key)
        return sealing.seal(self.home.database, self.home.keys, self.home.policy, wave.key)


def signed_in(site, email=EMAIL):
    browser = Browser(site.app, ADDRESS)
    browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})
    return browser


def every_page(browser, start, language):
    """The words of pages that links lead to, with those in attributes; three at most of each kind."""
    kinds, waiting, seen = Counter(), list(start), set()
    routes = browser.client.application.url_map.bind("svar.example")
    while waiting:
        link = waiting.pop()
        path, _, query = link.partition("?")
        if link in seen or not routes.test(path, "GET"):
            continue
        seen.add(link)
        kind, _ = routes.match(path, "GET")
        kinds[kind] += 1
        # files are looked at by tests of their own
        if kinds[kind] > MOST_OF_A_KIND or PurePosixPath(path).suffix in FILES or "download" in kind:
            continue
        # some pages ask before an act that the query names
        browser.get(f"{path}?{query}&language={language}")
        if browser.reply.mimetype != "text/html":
            continue
        yield kind, words_on(browser.page)
        links = [each["href"].partition("#")[0] for each in browser.page.select("main a[href]")]
        waiting += [link for link in links if link.startswith("/")]


def words_on(page):
    named = ("alt", "data-column", "title", "aria-label")
    attributes = [each[name] for name in named for each in page.select(f"[{name}]")]
    return " ".join([page.text, *attributes])


def stripped(html):
    """The words of a page of HTML, with those in its attributes."""
    body = re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>", " ", html)
    said = re.findall(r'(?:alt|title|aria-label)="([^"]*)"', body)
    return re.sub(r"\s+", " ", " ".join([re.sub(r"<[^>]+>", " ", body), *said]))


# what a number stands beside, and what it is under the shipped policy and under the stricter one
CONTEXTS = {
    "confidence": (r"(\d+(?:[.,]\d+)?)\s?%[\s-]{0,2}inter[vw]al", {"95"}, {"99"}),
    "minimum": (
        r"(?:at least|fewer than|minst|mindst|færre enn|færre end|where)\s(\d+)\b(?!\s?%)",
        {"3", "5", "6", "10", "12", "15", "20"},
        {"4", "8", "9", "30", "35"},
    ),
    "invited": (r"(?:[Ii]nvite|[Ii]nviter|[Aa]t least|[Mm]inst|[Mm]indst)\s(\d+)\b(?!\s?%)", {"10"}, {"24"}),
    "among": (r"(\d+)\sif leaders answer too|(\d+),? (?:hvis lede|viss leia)", {"6", "12"}, {"9", "27"}),
    "power": (r"(?:probability of|med)\s(\d+)\s?%", {"80"}, {"90"}),
    "largest share": (r"(?:more than|mer enn|meir enn|mere end)\s(\d+)\s?%", {"50"}, {"40"}),
    "response": (r"(?:at least|minst|mindst)\s(\d+)\s?%[^.]{0,60}(?:both|begge)", {"60"}, {"70"}),
    "hours": (r"(\d+)\s(?:hours?|timer?|timar)\b", {"2", "24"}, {"1", "14"}),
    "days": (r"(\d+)\s(?:days?|dage?r?|dagar)\b", {"7", "3"}, {"4", "2"}),
}


def numbers(texts):
    """What stands in each context in the texts: the name of the context → numbers → where."""
    found = {name: {} for name in CONTEXTS}
    for where, text in texts:
        plain = re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))
        for name, (pattern, _, _) in CONTEXTS.items():
            for match in re.finditer(pattern, plain):
                number = next(filter(None, match.groups()))
                found[name].setdefault(number, []).append((where, match[0]))
    return found


def check(texts, *expected):
    """No text holds a number of the shipped policy, and those expected hold the stricter one's."""
    found = numbers(texts)
    stale = {
        name: {n: places for n, places in each.items() if n in CONTEXTS[name][1]}
        for name, each in found.items()
    }
    assert {name: each for name, each in stale.items() if each} == {}
    missing = {name: CONTEXTS[name][2] - set(found[name]) for name in expected}
    assert {name: each for name, each in missing.items() if each} == {}


def test_the_contexts_find_the_shipped_numbers_where_they_stand():
    texts = [
        "95 %-intervall. The 95% interval.",
        "at least 5 answers, minst 10 svar, fewer than 6, where 20 or more",
        "Invite 10, or 12 if leaders answer too",
        "with a probability of 80%, more than 50% of the people",
        "only where at least 60% answered in both waves",
        "for 2 hours, for 3 days",
    ]
    found = numbers([("here", each) for each in texts])
    assert [name for name, each in found.items() if not set(each) & CONTEXTS[name][1]] == []


@pytest.fixture(scope="module")
def released(site):
    """The same, after its round was released and its reports were made, which other tests here read."""
    browser = signed_in(site)
    browser.get("/owner/?language=en")
    for link in [each["href"] for each in browser.page.select("main li a[href]")]:
        browser.get(f"{link}/release").submit({}, "Release the round for good")
    browser.get(f"/owner/{site.town.key}/reports")
    browser.submit({}, "Make all reports")
    with patch.object(report, "report", lambda *_: b"%PDF-1.7"):
        run_waiting(site.context.installation)
    return site


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_those_who_sign_in_show_the_numbers_of_a_stricter_policy(released, language):
    browser = signed_in(released)
    start = ["/guide", "/leader/", "/owner/", "/operator/", "/editor/", "/account/password"]
    seen = list(every_page(browser, start, language))
    seen += every_page(signed_in(released, RESEARCHER), ["/researcher/"], language)
    assert {kind for kind, _ in seen} >= KINDS
    check(seen, "confidence", "invited", "among", "largest share")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_kept_for_a_while_is_kept_for_as_long_as_the_page_says(released, language):
    browser, shown = signed_in(released), []
    browser.get(f"/owner/{released.town.key}/reports?language={language}")
    shown.append(("reports", browser.page.text))
    route = {"number": released.forgetful.id}
    browser.get(released.app.url_map.bind("x").build("operator.confirm_password_link", route)).submit({})
    shown.append(("link", browser.page.text))
    check(shown, "days")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_those_who_answer_show_the_numbers_of_a_stricter_policy(site, language):
    browser = Browser(site.app, ADDRESS)
    [code] = code_issuing.issue(site.home.database, site.home.keys, site.open.key, 1)
    seen = [("privacy", browser.get(f"/privacy?language={language}").page.text)]
    browser.get(f"/answer/1?language={language}", status=403)
    seen.append(("no code", browser.page.text))
    browser.get(f"/c/{code}")
    browser.get(f"/answer?language={language}")
    seen.append((browser.path, browser.page.text))
    assert site.last.title
    browser.get(f"/answer/5?language={language}")
    seen.append((browser.path, browser.page.text))
    found = numbers(seen)
    assert {"8", "9", "30"} <= set(found["minimum"])
    check(seen, "hours")


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_show_the_numbers_of_a_stricter_policy(language):
    edition = "folkeskole" if language == "da" else "skole"
    version = library.get("learning_community@1.0.0")
    known = [
        sealed_from(version, believable(version, PEOPLE, seed), invited=50, wave=f"w{seed}", edition=edition)
        for seed in range(2)
    ]
    ledger = decide(Ledger(), known, STRICT)
    leader = profile(known, Audience.LEADER, STRICT)
    owner = profile(known, Audience.OWNER, STRICT, ledger)
    pages = [(each.audience.value, stripped(report.html(each, language))) for each in (leader, owner)]
    assert {"8", "30"} <= set(numbers(pages)["minimum"])
    check(pages, "confidence", "response", "power")
    if language == "en":
        check([("pdf", text_of(report.report(leader, language)))], "confidence", "response")


@pytest.mark.parametrize("language", LANGUAGES)
def test_slips_posters_and_paper_hold_no_number_of_the_policy(language):
    heading = slips.SlipHeading("Alm skole", "Vår", TODAY, ADDRESS, language)
    text = slips.SlipText(heading, "", 8)
    drawn = slips.slips(text, [slips.Slip("ABCD-EFGH-JKLM", f"{ADDRESS}/c/x")])
    texts = [("slips", text_of(drawn)), ("poster", text_of(slips.poster([text], ADDRESS)))]
    for reference in library.available():
        version = library.get(reference)
        texts += [
            (reference, stripped(questionnaire.html(version, each)))
            for each in version.wordings.values()
            if each.language == language
        ]
    assert len(texts) > 4
    check(texts)


def test_exports_describe_the_numbers_of_a_stricter_policy(released, tmp_path):
    database, policy = released.home.database, released.home.policy
    release_finished(released.home, TODAY.replace(year=TODAY.year + 1))
    figures = list(release.to_researchers(database, policy))
    for rows, build in TABLES.items():
        table = build(figures, policy, b"0123456789abcdef")
        assert table.rows or rows == "items"
        labels = [(column.name, column.label) for column in table.columns]
        check(labels, *(["confidence"] if rows == "dimensions" else []))
        for kind in FORMATS:
            for path in write(table, kind, tmp_path / f"{rows}.{kind}", MADE, replace=True):
                check([(path.name, described(path))])


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def described(path):
    """What a file says in words: of an archive, what is in it."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(path) as archive:
        return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_codebook_names_every_threshold_and_step_of_the_stricter_policy(released):
    release_finished(released.home, TODAY.replace(year=TODAY.year + 1))
    figures = list(release.to_researchers(released.home.database, STRICT))
    content = json.loads(codebook_bytes(TABLES["items"](figures, STRICT, b"0123456789abcdef"), MADE))
    outside = STRICT.thresholds[Audience.OUTSIDE]
    assert list(content["thresholds"].values()) == [
        outside.mean,
        outside.interval,
        outside.shares,
        outside.histogram,
        outside.item,
        outside.reliability,
    ]
    steps = content["rounding"]["means, as a share of the scale's range"]
    assert steps == {"fine": STRICT.rounding.fine_step, "coarse": STRICT.rounding.coarse_step}
    assert content["rounding"]["shares, in percent"] == {"fine": 2, "coarse": 10}


def test_participation_in_an_open_survey_goes_in_the_steps_of_the_stricter_policy(site):
    found = submission.turnout(site.home.database, site.home.keys, site.home.policy, site.open)
    assert (found.low, found.high) == (9, 16)
    browser = signed_in(site)
    page = browser.get(f"/leader/{site.open.unit_key}/{site.open.key}?language=en").page.text
    assert "9 to 16" in page
    assert POLICY.collection.turnout_step == 5
