"""What a reader is told of a fault: of their own in words and numbers, of ours that it is ours."""

import ast
import re
from datetime import date, timedelta
from functools import cache

import pytest

from instruments.languages import LANGUAGES, SOURCE
from instruments.problems import Problem, Refused, damage, refuse
from survey.accounts import passwords
from survey.store.repositories import accounts, releases
from survey.store.repositories import sealed as sealed_waves
from survey.store.tables import WaveState
from survey.web.error_texts import REFUSALS, UNCOUNTABLE
from tests.log_lines import log_lines
from tests.paths import PACKAGES, REPOSITORY
from tests.roles import grant_role
from tests.waves import TODAY, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def owner(browser, home):
    holder = accounts.add(home.database, "eier@example.org", HASHED, "nb")
    grant_role(home.database, holder, "owner", place(home).key)
    browser.get("/account/sign-in").submit({"email": "eier@example.org", "password": PASSWORD})
    return browser


def raising(app, error):
    """The application, where the page about privacy meets this."""

    def meet():
        raise error

    app.view_functions["respondent.privacy"] = meet


def test_a_ledger_that_cannot_be_read_is_our_fault_and_is_logged(owner, home, capsys):
    wave = sealed(home, simulated(12))
    releases.decide(home.database, sealed_waves.whole(home.database), home.policy)
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger_group SET content = '{'")
        connection.exec_driver_sql("DELETE FROM released_figures")  # else the page asks the ledger nothing
    account = accounts.by_email(home.database, "eier@example.org").id
    capsys.readouterr()
    address = f"round/2026-1/{wave.edition}/{wave.instrument}"
    owner.get(f"/owner/{place(home).key}/{address}", status=500)
    assert owner.heading == "Noe gikk galt hos oss"
    [line] = log_lines(capsys.readouterr().err)
    assert (line["event"], line["code"], line["page"]) == ("fault", "ledger-unreadable", "owner.show_round")
    assert line["account"] == account


@pytest.mark.parametrize(
    "error", [damage("ledger-unreadable", "It is.", "Mend it."), refuse("nobodys", "No.", "No.")]
)
def test_damage_and_a_code_that_no_page_knows_are_ours_and_say_nothing_of_the_inside(
    app, browser, error, capsys
):
    raising(app, error)
    browser.get("/privacy", status=500)
    assert browser.heading == "Something went wrong at our end"
    assert error.problems[0].code not in browser.page.first("main").text
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": error.problems[0].code, "date": TODAY.isoformat()}
    ]


def test_the_log_of_a_respondents_page_holds_a_fault_without_its_place(app, browser, capsys):
    raising(app, damage("keys-missing", "It is gone.", "Bring it back.", "/srv/keys/0123456789abcdef.urn"))
    browser.get("/privacy", status=503)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "keys-missing", "date": TODAY.isoformat()}
    ]


def test_an_error_nobody_foresaw_is_logged_by_its_class_and_what_it_says_stays_unsaid(
    app, browser, owner, capsys
):
    def meet(**_):
        raise ValueError("the answer of somebody")

    app.view_functions["respondent.privacy"] = app.view_functions["owner.overview"] = meet
    capsys.readouterr()
    browser.get("/privacy", status=500)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "unexpected-ValueError", "date": TODAY.isoformat()}
    ]
    owner.get("/owner/", status=500)
    [line] = log_lines(capsys.readouterr().err)
    assert (line["code"], line["page"]) == ("unexpected-ValueError", "owner.overview")
    assert line["frames"][-1].startswith(f"{__name__}:")
    assert "somebody" not in str(line)


# what only a terminal or an editor of definitions shows, in English
IN_ENGLISH = (
    "instruments/definition/", "instruments/formats/", "instruments/library.py", "survey/cli/",
    "survey/offline/",
    "survey/settings.py", "survey/operations/", "survey/demo/", "reports/disclosure/policy", "reports/files/",
    "reports/exports/writers.py",
)  # fmt: skip
# pages look questionnaires up and read workbooks too, in modules whose other refusals are for a terminal
SHOWN_ALL_THE_SAME = {
    "instrument-unknown", "cell-date", "cell-error", "cell-formula", "cell-merged", "questionnaire-empty",
    "questionnaire-format", "questionnaire-large", "questionnaire-sheet",
}  # fmt: skip
# where the waves of a round are pooled
ROUNDS = {"survey/publication/figure_renewal.py", "survey/publication/units_below.py"}
# codes that no page can meet, and where alone what raises them is called: on a page they would be ours
PAGELESS = {
    # rounds pool the last waves of one version and edition, one of each unit, and never none
    "pool-empty": ("pool", ROUNDS),
    "pool-versions": ("pool", ROUNDS),
    "pool-editions": ("pool", ROUNDS),
    "pool-repeats-unit": ("pool", ROUNDS),
    # a pool has refused other versions by then, and simulations add up what they made of one
    "moments-version": (
        "require_version",
        {
            "instruments/aggregates/moments.py",
            "instruments/aggregates/pool_sums.py",
            "instruments/aggregates/sealed_moments.py",
        },
    ),
    # rounds leave out what overlaps a release, and say `released-meanwhile` where one came in between
    "groups-cross": ("group_forest", {"reports/disclosure/differencing/ledger.py"}),
    # a database without tables, or of other questionnaires, starts no server
    "database-missing": (
        "require_tables",
        {
            "survey/store/database.py",
            "survey/cli/operations.py",
            "survey/operations/backup_folder.py",
            "survey/operations/verification/__init__.py",
        },
    ),
    # keys are made and copied on the command line; a page only destroys them
    "keys-there": ("of_new_installation", {"survey/operations/set_up.py"}),
    "key-copy-place": ("refresh", {"survey/operations/backup_folder.py", "survey/operations/restore.py"}),
    "key-copy-unknown": ("forget_copy", {"survey/cli/operations.py"}),
    # told of, and never raised
    "key-copy-away": (
        "away_problems",
        {"survey/collection/key_copies.py", "survey/operations/verification/__init__.py"},
    ),
    # pools are given up and data sets written over on the command line; pages compare two groups or none
    "pool-readable": ("give_up", {"survey/cli/pool.py"}),
    "pools-few": (
        "compare_pools",
        {
            "survey/cli/validate.py",
            "survey/background/pool_validations.py",
            "survey/publication/comparability.py",
        },
    ),
    "family-differs": ("require_same_family", {"reports/exports/writers.py"}),
    # publishing is an author's act on the command line
    "background-locked": ("publish", {"survey/cli/instrument.py"}),
    "instrument-altered": ("require_unaltered", {"survey/store/database.py"}),
}


def constructions():
    """Every place that makes a problem: its module, the name called, the code and the call."""
    for name, at in {"refuse": 0, "damage": 0, "Problem": 1}.items():
        for module, node in calls_of(name):
            if isinstance(node.func, ast.Name) and module != "instruments/problems.py":
                yield module, name, node.args[at], node


def calls_of(name):
    """Every call of this, by its bare name or as an attribute, with its module."""
    return [
        (module, node)
        for module, text in sources().items()
        if f"{name}(" in text
        for node in calls_in(module)
        if name in {getattr(node.func, "id", None), getattr(node.func, "attr", None)}
    ]


def callers(name):
    """The modules that call this, by its bare name or as an attribute."""
    return {module for module, _ in calls_of(name)}


@cache
def sources():
    """The text of every module of the program, in their order."""
    paths = [path for floor in PACKAGES for path in sorted((REPOSITORY / floor).rglob("*.py"))]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text("utf-8") for path in paths}


@cache
def calls_in(module):
    """Every call in a module, read once: most tests here look through all of them."""
    return [node for node in ast.walk(ast.parse(sources()[module])) if isinstance(node, ast.Call)]


def refusals():
    return [
        (code.value, call)
        for module, name, code, call in constructions()
        if name != "damage"
        and isinstance(code, ast.Constant)
        and (not module.startswith(IN_ENGLISH) or code.value in SHOWN_ALL_THE_SAME)
    ]


def values_of(call):
    """A value for each that the refusal gives."""
    if call.func.id == "Problem":
        given = {ast.literal_eval(key) for each in call.args[4:] for key in each.keys}
    else:
        given = {each.arg for each in call.keywords} - {"place", None}
    held = {
        "state": WaveState.OPEN,
        "needed": WaveState.CLOSED,
        "first": date(2026, 3, 2),
        "last": date(2026, 3, 20),
        "kept": timedelta(hours=17),
    }
    return {name: held.get(name, 17) for name in given}


def sentences_of(call):
    start = 2 if call.func.id == "Problem" else 1
    return [ast.literal_eval(sentence) for sentence in call.args[start : start + 2]]


def test_every_code_of_a_refusal_has_an_entry_and_no_entry_is_of_no_use():
    raised = {code for code, _ in refusals()}
    assert len(raised) > 45
    assert raised - set(REFUSALS) == set(PAGELESS)
    assert set(REFUSALS) - raised == set()


@pytest.mark.parametrize("code", sorted(PAGELESS))
def test_what_has_no_page_is_called_where_no_page_leads_to_it(code):
    called, known = PAGELESS[code]
    assert callers(called) == known


SAID = [(code, call) for code, call in refusals() if code in REFUSALS]


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("code", "call"), SAID, ids=[f"{number}-{code}" for number, (code, _) in enumerate(SAID)]
)
def test_every_refusal_is_told_in_each_language_in_its_own_words_with_what_was_given(
    app, browser, code, call
):
    (fault, remedy), values = sentences_of(call), values_of(call)
    problem = Problem("", code, fault, remedy, values)
    raising(app, Refused([problem]))
    status, told, headed = REFUSALS[code][0], {}, {}
    # a provider that is away for now is nothing that whoever asked did wrong
    assert status == 503 if code.startswith("provider-") else 400 <= status < 500
    gaps = set(re.findall(r"%\((\w+)\)", fault + remedy))
    assert gaps <= set(values)
    for language in LANGUAGES:
        browser.get(f"/privacy?language={language}", status=status)
        told[language] = browser.page.first("main .lead").text
        headed[language] = browser.heading
        assert "%" not in told[language]
        assert all("17" in told[language] for name in gaps if values[name] == 17)
    if not any(isinstance(value, WaveState | date | timedelta) for value in values.values()):
        # to the letter what the command line prints
        assert told["en"] == " ".join(problem.sentences())
    else:
        assert told["en"] == f"{fault} {remedy}" % _english(values)
    for said in (told, headed):
        assert said["en"] not in [text for language, text in said.items() if language != SOURCE]


def _english(values):
    months = {WaveState.OPEN: "Open", WaveState.CLOSED: "Closed", timedelta(hours=17): "17 hours"}
    return {
        name: months.get(value, f"{value.day} March 2026" if isinstance(value, date) else value)
        for name, value in values.items()
    }


def test_several_faults_of_one_form_are_all_told(app, browser):
    raising(
        app,
        Refused(
            Problem("", "field-unknown", "The field %(field)s is odd.", "Go back.", {"field": name})
            for name in ("a", "b")
        ),
    )
    browser.get("/privacy", status=400)
    assert browser.page.first("main .lead").text == "The field a is odd. Go back. The field b is odd."


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_code_of_damage_is_a_page_of_ours(app, browser):
    codes = {code.value for _, name, code, _ in constructions() if name == "damage"}
    assert {"keys-missing", "urn-damaged", "ledger-unreadable"} <= codes
    assert codes >= UNCOUNTABLE
    assert codes & set(REFUSALS) == set()
    for code in sorted(codes | set(PAGELESS)):
        raising(app, damage(code, "It is.", "Mend it."))
        browser.get("/privacy", status=503 if code in UNCOUNTABLE else 500)
        ours = (
            "The survey cannot take answers now" if code in UNCOUNTABLE else "Something went wrong at our end"
        )
        assert browser.heading == ours


def test_whoever_runs_the_survey_meets_the_general_page_where_keys_are_lost(app, owner):
    def meet(**_):
        raise damage("keys-missing", "It is gone.", "Bring it back.", "/srv/keys/0123456789abcdef.urn")

    app.view_functions["owner.overview"] = meet
    owner.get("/owner/", status=500)
    assert owner.heading == "Noe gikk galt hos oss"
