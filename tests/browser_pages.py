"""Walks over every type of page in a language, in the tests' own browser: (name, page as text) of each."""

import io
from datetime import timedelta
from unittest.mock import patch

from survey.background.slips import slip_orders
from survey.collection import admission, code_issuing, questionnaire_link, round_planning, staff_results
from survey.collection.round_planning import Planner, RoundPlan
from survey.store.passing_faults import unavailable_by
from survey.store.repositories import accounts, units, waves
from tests.instruments.formats.foreign.files import limesurvey_6
from tests.pages import Browser
from tests.pooled import added_pool
from tests.roles import grant_role

ADDRESS = "http://localhost"
EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
RESEARCHER = "forsker@example.org"
ELSEWHERE = {"headers": {"Sec-Fetch-Site": "none"}}


def opened_pages(site, language):
    """Pages that need nothing, errors among them."""
    browser = Browser(site.app, ADDRESS)
    browser.get(f"/?language={language}")
    results = [f"/r/{staff_results.code(site.home.keys, each)}" for each in (site.sealed, site.shown)]
    for path, status in (
        *((each, 200) for each in results),
        ("/guide", 200),
        ("/guide/before", 200),
        ("/guide/conversation", 200),
        ("/", 200),
        ("/privacy", 200),
        ("/sheet", 200),
        ("/account/sign-in", 200),
        ("/nowhere", 404),
        ("/c/0000-0000-0000-0", 400),
        ("/answer/1", 403),
        (f"/k/{admission.kiosk_code(site.home.keys, site.ended)}", 410),
    ):
        # each of the two cookies keeps a language of its own
        yield path, browser.get(f"{path}?language={language}", status).reply.text
    yield "a code that is missing", browser.get("/").submit({"code": ""}, status=400).reply.text
    yield "a code that is none", browser.submit({"code": "0000-0000-00000"}, status=400).reply.text
    yield "what cannot be done there", browser.post("/privacy", {}, status=405).reply.text
    yield "a sheet that is none", browser.get("/sheet").submit({"sheet": "abc"}, status=400).reply.text
    with patch.dict(site.app.view_functions, {"respondent.privacy": _away}):
        yield "what is away", browser.get("/privacy", 503).reply.text
    browser.get("/")
    with patch.dict(site.app.view_functions, {"respondent.start_with_typed_code": _away}):
        yield "what is away, with what was sent", browser.submit({"code": "0"}, status=503).reply.text


def _away(**_):
    raise unavailable_by("database-away")


def sharing(site, language):
    """Pages of a device that many use: left by one, taken over by another, and set up as a kiosk."""
    browser = Browser(site.app, ADDRESS)
    _leave_an_answer(site, browser, language)
    yield "whose answers", browser.get(_scanned(site), **ELSEWHERE).reply.text
    yield "the front page with answers", browser.submit(press="on").get("/").reply.text
    yield "stop?", browser.get("/answer/stop").reply.text
    yield "stopped", browser.submit(press="/answer/stop").reply.text
    for name, wave in (("slips", site.open), ("a link", site.linked)):
        _leave_an_answer(site, browser, language)
        for step, html in _on_a_tablet(site, browser, wave, language):
            yield f"{step}, with {name}", html
        browser.is_kiosk = False


def rehearsing(site, language):
    """Pages of a rehearsal, from the page with all the questions to its end."""
    browser = Browser(site.app, ADDRESS)
    yield (
        "all the questions",
        browser.get(
            f"/q/{questionnaire_link.code(site.home.keys, site.draft)}?language={language}"
        ).reply.text,
    )
    yield "a rehearsal", browser.get(browser.page.first("main .go a")["href"]).reply.text
    yield "a rehearsal, nothing ticked", browser.get("/rehearsal/answer/nothing").reply.text
    named = browser.get("/rehearsal/answer/1").page.first("input[type=radio]")["name"]
    yield "statements of a rehearsal", browser.submit({named: "2"}, "forward").reply.text
    yield "whose ticks", browser.get("/rehearsal/answer/2", **ELSEWHERE).reply.text
    yield "a rehearsal to be checked", browser.submit(press="on").get("/rehearsal/answer/review").reply.text
    yield "a rehearsal to be ended?", browser.get("/rehearsal/answer/stop").reply.text
    browser.get("/rehearsal/answer/review")
    yield "the end of a rehearsal", browser.submit(press="/rehearsal/answer/send").reply.text
    browser.get("/rehearsal/leave")
    yield "a rehearsal that is gone", browser.get(f"/rehearsal/answer/1?language={language}", 403).reply.text


def _on_a_tablet(site, browser, wave, language):
    """Set up the device for a wave over somebody's answers, begin, answer nothing, and end the mode."""
    code = admission.kiosk_code(site.home.keys, wave)
    yield "a tablet that holds answers", browser.get(f"/k/{code}").reply.text
    browser.is_kiosk = True
    yield "a tablet", browser.submit().reply.text
    if not wave.open_link:
        refused = browser.submit({"code": "0000-0000-00000"}, "/kiosk", status=400)
        yield "a code that is none on a tablet", refused.reply.text
    browser.get("/kiosk").submit({} if wave.open_link else {"code": _code(site)}, "/kiosk")
    yield "first page on a tablet", browser.get(f"/answer/start?language={language}").reply.text
    yield "statements on a tablet", browser.get("/answer/1").reply.text
    yield "still there?", browser.get("/kiosk/still-there").reply.text
    yield "nothing answered", browser.get("/answer/nothing").reply.text
    yield "nothing sent", browser.submit(press="/answer/nothing").reply.text
    yield "the tablet's mode ended?", browser.get("/kiosk/leave").reply.text
    yield "the tablet's mode not ended", browser.submit({"code": "x"}, "/kiosk/leave", 400).reply.text
    browser.submit({"code": code}, "/kiosk/leave")


def typing_in(site, language):
    """Pages of a device on which answers on paper are typed in, taken over from somebody who answers."""
    browser = Browser(site.app, ADDRESS)
    _leave_an_answer(site, browser, language)
    yield "a device for typing in that holds answers", browser.get(_typed_at(site, site.open)).reply.text
    yield "typing in", browser.submit().reply.text
    yield "a form on paper", browser.get("/paper/form").reply.text
    signs = {
        each["name"]: "8" if number % 5 else ""
        for number, each in enumerate(browser.page.select(".sign input"))
    }
    wrong = {**signs, browser.page.first(".sign input")["name"]: "7", "code": "x"}
    yield "a form on paper with faults", browser.submit(wrong, "/paper/form", 400).reply.text
    said = {**signs, "code": _code(site), "background": "with_learners"}
    yield "a form on paper to check", browser.get("/paper/form").submit(said, "/paper/form").reply.text
    yield "a form on paper to correct", browser.get("/paper/correct").reply.text
    browser.get("/paper/check")
    yield "a form on paper that is saved", browser.submit(press="/paper/check").reply.text
    yield "typing in with a link", browser.get(_typed_at(site, site.linked)).reply.text
    yield "a form on paper with a link", browser.get("/paper/form").reply.text
    yield "a form on paper that is blank", browser.submit({}, "/paper/form").reply.text
    yield "typing in is over", browser.get("/paper").submit(press="/paper").reply.text


def _typed_at(site, wave):
    settings = site.installation.settings
    return admission.paper_address(settings, site.home.keys, wave).removeprefix(ADDRESS)


def _leave_an_answer(site, browser, language):
    browser.get(_scanned(site)).get(f"/answer/start?language={language}").get("/answer/1")
    browser.submit({browser.page.first("input[type=radio]")["name"]: "2"}, "forward")


def _code(site):
    return code_issuing.issue(site.home.database, site.home.keys, site.open.key, 1)[0]


def _scanned(site):
    return f"/c/{_code(site)}"


def signed_in(site, language):
    """The pages of leaders, owners, editors, operators and researchers."""
    browser = Browser(site.app, ADDRESS)
    browser.get(f"/account/sign-in?language={language}")
    yield "a sign-in that is empty", browser.submit({"email": "", "password": ""}, status=400).reply.text
    yield "desk", browser.submit({"email": EMAIL, "password": PASSWORD}).reply.text
    for walk in (_leading, _agreeing, _printing, _owning, _editing, _operating):
        yield from walk(site, browser)
    browser.post("/account/sign-out", {"csrf_token": browser.token()})
    browser.get(f"/account/sign-in?language={language}")
    yield "/researcher/", browser.submit({"email": RESEARCHER, "password": PASSWORD}).reply.text
    study = browser.page.first("main .card a.quiet")["href"]
    key = added_pool(site.home)
    yield "pools", browser.get("/researcher/pools").reply.text
    yield "chosen pools", browser.get(f"/researcher/pools/chosen?pool={key}").reply.text
    ordered = {"csrf_token": browser.token(), "pool": key}
    yield "models of pools", browser.post("/researcher/pools/validations", ordered).reply.text
    file = {**ordered, "rows": "answers", "format": "csv", "language": "nb"}
    yield "a file of pools that is ordered", browser.post("/researcher/pools/files", file).reply.text
    yield "a study of a researcher", browser.get(study).reply.text
    yield "a data file to be ordered", browser.get(f"{study}/exports/new").reply.text
    yield "a data file that is ordered", browser.submit().reply.text
    yield "a token to be made", browser.get(f"{study}/token").reply.text
    yield "a token", browser.submit().reply.text
    yield "a token to be replaced", browser.get(f"{study}/token").reply.text


def _address(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def _leading(site, browser):
    for wave, page in ((site.split_draft, ""), (site.split_closed, "/seal")):
        yield f"with key sheets, {wave.state}", browser.get(f"{_address(wave)}{page}").reply.text
        empty = browser.page.first("main form[novalidate]")["action"]
        yield f"with key sheets, {wave.state}, empty", browser.submit(press=empty, status=400).reply.text
    for wave, act in ((site.draft, "change"), (site.draft, "remove"), (site.lost, "abandon")):
        yield f"a draft to {act}", browser.get(f"{_address(wave)}/{act}").reply.text
    for wave in (site.draft, site.open, site.linked, site.ended, site.lost, site.sealed):
        yield f"a survey, {wave.title}", browser.get(_address(wave)).reply.text
    for wave in (site.draft, site.open, site.linked):
        yield f"on paper, {wave.title}", browser.get(f"{_address(wave)}/paper").reply.text
    yield "an address for typing in", browser.submit(press=f"{_address(site.linked)}/paper").reply.text
    for wave in (site.draft, site.open):
        yield f"ready texts, {wave.title}", browser.get(f"{_address(wave)}/announcements").reply.text
    yield "ready texts, no time", browser.get(f"{_address(site.open)}/answering-time.ics", 400).reply.text
    yield "a profile", browser.get(f"{_address(site.sealed)}/profile").reply.text
    yield "a dimension", browser.get(f"{_address(site.sealed)}/profile/shared_practice").reply.text
    yield "a new survey", browser.get(f"/leader/{site.open.unit_key}/new").reply.text
    yield "a new survey that is empty", browser.submit(status=400).reply.text
    acts = [(site.open, "close"), (site.ended, "seal"), (site.ended, "destroy")]
    acts += [(site.open, "last-day"), (site.open, "correct")]
    acts += [(site.closed_early, "reopen"), (site.ahead, "take-back"), (site.sealed, "show-staff")]
    for wave, act in acts:
        yield f"before one is to {act}", browser.get(f"{_address(wave)}/{act}").reply.text
    yield "what is expected", browser.get(f"{_address(site.draft)}/expectations").reply.text
    unsaid = {"dimension_1": "shared_practice"}
    yield "what is expected, unsaid", browser.submit(unsaid, status=400).reply.text
    yield "deputies", browser.get(f"/leader/{site.open.unit_key}/deputies").reply.text
    yield (
        "a deputy of no address",
        browser.submit({"email": "x"}, press=_last_button(browser), status=400).reply.text,
    )
    appointed = browser.submit({"email": "vikar@example.org"}, press=_last_button(browser))
    yield "a link for a deputy", appointed.reply.text
    yield "a deputy", browser.get(f"/leader/{site.open.unit_key}/deputies").reply.text
    yield "a deputy's last day", browser.get(browser.page.first(".card a[href$=last-day]")["href"]).reply.text
    yield "a last day that is over", browser.submit({"last_day": "2020-01-01"}, status=400).reply.text
    yield "who has had access", browser.get(f"/leader/{site.open.unit_key}/access").reply.text
    yield "a survey that is none", browser.get(f"/leader/{site.open.unit_key}/nowhere", 404).reply.text


def _last_button(browser):
    return browser.page.select("main form button")[-1].text


def _agreeing(site, browser):
    """Agree on an action on the page of the sealed survey, and take it back."""
    browser.get(browser.get(_address(site.sealed)).page.first("#agreed .go a")["href"])
    yield "an action", browser.reply.text
    yield "an action that is empty", browser.submit(status=400).reply.text
    said = dict.fromkeys(("goal", "action", "who", "sign"), "Lange/ord-uten_mellomrom" * 2)
    due = f"{site.sealed.closes_on.year + 1}-02-01"
    browser.submit({**said, "dimension": "shared_practice", "due": due})
    yield "a survey with an action", browser.reply.text
    yield "a desk with an action", browser.get("/leader/").reply.text
    browser.get(browser.get(_address(site.sealed)).page.first("#agreed .aside a")["href"])
    yield "an action to look back on", browser.reply.text
    yield "an action that nobody said a word on", browser.submit(status=400).reply.text
    browser.submit({"status": "changed", "sentence": "Lange/ord-uten_mellomrom" * 5})
    yield "a survey with an action that was looked back on", browser.reply.text
    part = f"{site.sealed.instrument}%2Bshared_practice"
    yield "a short survey", browser.get(f"/leader/{site.sealed.unit_key}/new?follow={part}").reply.text
    browser.get(_address(site.sealed))
    removal = browser.page.select("#agreed .aside a")[-1]["href"]
    yield "an action to be removed", browser.get(removal).reply.text
    # and is: whoever walks here next finds room for another
    yield "a survey without an action again", browser.submit().reply.text


def _printing(site, browser):
    """Order more slips than are made at once: two, where that is one."""
    with patch.object(slip_orders, "MOST_AT_ONCE", 1):
        browser.get(_address(site.open)).submit({"count": "2"}, f"{_address(site.open)}/slips.pdf")
    yield "slips that were ordered", browser.get(f"{_address(site.open)}/slips").reply.text
    yield "slips that are followed", browser.get(f"{_address(site.open)}/slips?follow").reply.text
    site.work()
    yield "slips that are ready", browser.get(f"{_address(site.open)}/slips").reply.text


def _planned(site, browser):
    # the pages are walked in every language, and names are unique below one unit
    name = f"Plan skole {len(units.every(site.home.database))}"
    school = units.add(site.home.database, name, "workplace", "skole", site.owned.key, invited=24)
    planner = Planner(site.home.database, site.home.keys, site.home.policy)
    first = site.open.closes_on + timedelta(days=200)
    plan = RoundPlan("En runde", "learning_community@1.1.0", first, first + timedelta(days=14))
    found = round_planning.plan_round(planner, site.owned.key, plan, [school.key])
    board = f"/owner/{site.owned.key}/planned/{found.key}"
    units.add(site.home.database, f"{name}, ny", "workplace", "skole", site.owned.key, invited=12)
    pages = {
        "a board": board,
        "a round to be corrected": f"{board}/correct",
        "units to be added": f"{board}/add",
        "slips of a round": f"{board}/slips",
    }
    for name, path in pages.items():
        yield name, browser.get(path).reply.text
    leader = accounts.by_email(site.home.database, EMAIL)
    grant_role(site.home.database, leader, "leader", school.key)
    [own] = waves.of_unit(site.home.database, school.key)
    yield "the password of slips", browser.get(f"{_address(own)}/slip-file").reply.text
    yield "a round to be taken back", browser.get(f"{board}/remove").reply.text
    browser.submit()


def _owning(site, browser):
    yield "/owner/", browser.get("/owner/").reply.text
    plan = f"/owner/{site.owned.key}/plan"
    yield "a round to be planned", browser.get(plan).reply.text
    press = browser.page.first("main form[method=post] button").text  # not that of the search before it
    yield "a round without a title", browser.submit({"title": ""}, press, status=400).reply.text
    yield from _planned(site, browser)
    browser.get("/owner/")
    browser.get(browser.page.first(f"[aria-labelledby=place-{site.owned.key}] a")["href"])
    yield "a round", browser.reply.text
    for link in browser.page.select("main .card a.button"):
        yield "a round to be released", browser.get(link["href"]).reply.text
        browser.submit()
    yield "a round that is released", browser.reply.text
    yield "what has been done", browser.get(f"/owner/{site.owned.key}/history").reply.text
    yield "papers of an owner", browser.get(f"/owner/{site.owned.key}/papers").reply.text
    kept = f"/owner/{site.owned.key}/retention"
    yield "how long results are kept", browser.get(kept).reply.text
    yield "fewer years to be decided on", browser.get(f"{kept}/3").reply.text
    reports = f"/owner/{site.sealed.unit_key}/reports"
    yield "all reports", browser.get(reports).reply.text
    yield "all reports on their way", browser.submit().reply.text
    yield "all reports followed", browser.get(f"{reports}?follow").reply.text
    site.work()
    yield "all reports made", browser.get(reports).reply.text
    assert len(browser.page.select("main a.button")) == 1


def _editing(_, browser):
    yield "questionnaires", browser.get("/editor/").reply.text
    yield "a questionnaire", browser.get(browser.page.first("main th a")["href"]).reply.text
    yield "a dimension of one", browser.get(browser.page.first("main h2 a")["href"]).reply.text
    compared = "/editor/compare/learning_community@1.0.0/learning_community@1.1.0"
    yield "two questionnaires", browser.get(compared).reply.text
    yield "a questionnaire to be read", browser.get("/editor/read").reply.text
    yield "a questionnaire that is missing", browser.submit(status=400).reply.text
    sent = {"questionnaire": (io.BytesIO(limesurvey_6()), "skole.lss")}
    yield "a questionnaire that was read", browser.get("/editor/read").submit(sent).reply.text
    yield "texts to write", browser.get("/editor/read/texts/nb").reply.text
    yield "a dimension to write", browser.get("/editor/read/dimensions/Q1").reply.text


def _operating(site, browser):
    yield "papers", browser.get("/operator/papers").reply.text
    for path in ("/account/password", "/operator/", "/operator/check", "/operator/accounts/new"):
        yield path, browser.get(path).reply.text
    yield "a new account that is empty", browser.submit(status=400).reply.text
    number = len(accounts.every(site.home.database))
    email = f"en-lang-adresse-{number}@oppvekst.fjordby.kommune.example.org"
    yield "a link for a new account", browser.submit({"email": email, "role": "researcher"}).reply.text
    link = browser.page.first("main .card").text
    yield "a first password", Browser(site.app, ADDRESS).get(link.removeprefix(ADDRESS)).reply.text
    yield "accounts", browser.get("/operator/accounts").reply.text
    yield "accounts that are not there", browser.get("/operator/accounts?q=ingen%20slik").reply.text
    number = accounts.by_email(site.home.database, RESEARCHER).id
    for path in ("", "/role", "/link", "/end", "/role/remove?role=researcher", "/roles/researcher/last-day"):
        yield f"an account{path}", browser.get(f"/operator/accounts/{number}{path}").reply.text
    yield "units", browser.get("/operator/units").reply.text
    yield "a new unit", browser.get("/operator/units/new").reply.text
    wrong = {"name": "", "parent": "Bjerkealleen-og-omegns-interkommunale-op", "invited": "x"}
    yield "a new unit with faults", browser.submit(wrong, status=400).reply.text
    browser.get("/operator/units")
    yield "a unit", browser.get(browser.page.first("main th a")["href"]).reply.text
    yield "a unit without a name", browser.submit({"name": "", "invited": "x"}, status=400).reply.text
    unit = f"/operator/units/{site.sealed.unit_key}"
    for what in ("move", "merge", "keep", "remove"):
        yield f"a unit to be changed: {what}", browser.get(f"{unit}/{what}").reply.text
    yield "a change that is refused", browser.submit(status=409).reply.text
    yield "an account to be removed", browser.get(f"/operator/accounts/{number}/remove").reply.text
    yield from _studying(site, browser)
    yield from _importing(browser)


def _studying(site, browser):
    """Pages of a study, which goes on."""
    yield "studies", browser.get("/operator/studies").reply.text
    yield "a study without a name", browser.submit(status=400).reply.text
    last = (site.open.closes_on + timedelta(days=300)).isoformat()
    browser.get("/operator/studies").submit({"study_name": "Fellesskap over tid", "ends_on": last})
    yield "a study without an account", browser.submit({"email": "ingen@example.org"}, status=400).reply.text
    yield "a study", browser.submit({"email": RESEARCHER}).reply.text
    leaving = browser.page.first("main li a.button")["href"]
    yield "a researcher to be taken out of a study", browser.get(leaving).reply.text
    browser.get(leaving.rpartition("/")[0])
    yield "a study to be ended", browser.get(f"{browser.path}/end").reply.text


def _importing(browser):
    """Pages of a sheet of units, with faults and without, which is not stored."""
    long = "Bjerkealleen-og-omegns-interkommunale-oppvekstsenter, avdeling Nordre Øvre Strandvegen"
    yield "a sheet", browser.get("/operator/import").reply.text
    yield "a sheet that is missing", browser.submit(status=400).reply.text
    changed = (
        f"958935420,Fjordby kommune,,,,,,\n,{long},,skole,Fjordby kommune,nb,kari.{'n' * 60}@skole.no,24\n"
    )
    wrong = f"974760674,{long},Rakett,,{long},,{'x' * 70},0\n" * 3
    for name, rows in (("a sheet without faults", changed), ("a sheet with faults", wrong)):
        text = f"Orgnr,Navn,Type,Utgave,Del av,Språk,E-post,Ansatte,Telefon\n{rows}"
        sent = {"sheet": (io.BytesIO(text.encode()), "enheter.csv")}
        yield name, browser.get("/operator/import").submit(sent).reply.text
    browser.submit(press="/operator/import/drop")
    yield "first passwords", browser.get("/operator/first-passwords").reply.text
