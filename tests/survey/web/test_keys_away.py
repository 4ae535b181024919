"""The key directory is away for a minute: no answer is lost, nothing sealed by half, all is well after."""

from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta

import pytest

from instruments.problems import Damaged
from survey.background import maintenance
from survey.collection import code_issuing, sealing, stored_urn
from survey.operations import verification
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import waves
from survey.web.platform.context import EXTENSION
from tests.log_lines import log_lines
from tests.policies import POLICY
from tests.waves import CLOSES, TODAY, closed, opened, simulated

pytestmark = pytest.mark.usefixtures("program_read_once")

NOW = 1_772_000_000


@pytest.fixture
def engine_name():
    """What a missing directory does is the same on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def away(home):
    """Takes the key directory away for as long as it is entered, or leaves an empty mount point."""

    @contextmanager
    def taken(*, mount_point=False):
        place = home.keys.path
        hidden = place.rename(place.with_name("elsewhere"))
        if mount_point:
            place.mkdir(mode=0o700)
        yield
        if mount_point:
            place.rmdir()
        hidden.rename(place)

    return taken


def counted(home, wave):
    return stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)


@pytest.mark.parametrize("mount_point", [False, True])
def test_whoever_answers_is_told_and_sends_the_same_afterwards(home, browser, away, mount_point, capsys):
    wave = opened(home)
    first, second = code_issuing.issue(home.database, home.keys, wave.key, 2)
    browser.get(f"/c/{first}").get("/answer/start?language=en").get("/answer/1")
    given = {each["name"]: "4" for each in browser.page.select("input[type=radio]")}
    browser.submit(given, "forward").get("/answer/review")
    token = browser.page.first("input[name=csrf_token]")["value"]
    home.database.cache._kept.clear()
    with away(mount_point=mount_point):
        browser.post("/answer/send", {"csrf_token": token}, status=503)
        assert browser.heading == "The survey cannot take answers now"
        stranger = type(browser)(browser.client.application, browser.address)
        stranger.get(f"/c/{second}", status=503)
        checks = stranger.client.get("/health", base_url=browser.address).json["checks"]
        assert checks["keys"] in {"keys-unusable", "keys-missing"}
    lines = log_lines(capsys.readouterr().err)
    assert {each["code"] for each in lines if each["level"] == "error"} == {"keys-missing"}
    assert counted(home, wave) == 0
    browser.get("/answer/review").submit()
    assert browser.path == "/answer/send"
    assert counted(home, wave) == 1
    assert stranger.get(f"/c/{second}").path == "/answer/start"
    settings = browser.client.application.extensions[EXTENSION].settings
    assert list(verification.find_problems(settings)) == []


@pytest.mark.parametrize("mount_point", [False, True])
def test_a_worker_goes_on_without_it_and_closes_what_is_due(home, app, away, mount_point, capsys):
    installation, wave = app.extensions[EXTENSION].installation, opened(home)
    kept = closed(home, simulated(8), unit="Bjørka")
    with away(mount_point=mount_point):
        maintenance.run(installation, CLOSES + timedelta(days=2), NOW + 10 * 365 * 24 * 3600)
    said = [(each["event"], each.get("code")) for each in log_lines(capsys.readouterr().err)]
    assert ("wave-closed", None) in said
    failed = {code for event, code in said if event == "maintenance-failed"}
    assert failed == ({"keys-unusable"} if not mount_point else set())
    assert waves.by_key(home.database, wave.key).is_closed
    assert waves.by_key(home.database, kept.key).is_closed
    maintenance.run(installation, TODAY, NOW)
    assert [each["event"] for each in log_lines(capsys.readouterr().err)] == []


@pytest.mark.parametrize("mount_point", [False, True])
def test_a_sealing_changes_nothing_without_it(home, app, away, mount_point):
    wave = closed(home, simulated(8))
    with away(mount_point=mount_point), pytest.raises(Damaged, match="keys-"):
        sealing.seal(home.database, home.keys, POLICY, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed
    assert counted(home, wave) == 8
    sealing.seal(home.database, home.keys, POLICY, wave.key)
    assert sealed_waves.of_wave(home.database, waves.by_key(home.database, wave.key)).moments.n == 8
    assert list(verification.find_problems(app.extensions[EXTENSION].settings)) == []


@pytest.mark.parametrize("at", ["begin", "opened", "replaced", "counted", "unreadable", "scrubbed"])
@pytest.mark.parametrize("mount_point", [False, True])
def test_one_that_loses_it_in_the_middle_is_finished_when_it_is_back(home, app, away, at, mount_point):
    installation, wave = app.extensions[EXTENSION].installation, closed(home, simulated(8))
    gone, met = away(mount_point=mount_point), []

    def step(name):
        met.append(name)
        if name == at:
            gone.__enter__()

    # before its statistics are stored it is refused; later what is left is for the next round of the worker
    with ExitStack() as put_back, suppress(Damaged):
        put_back.callback(gone.__exit__, None, None, None)
        sealing.seal(home.database, home.keys, POLICY, wave.key, step)
    assert at in met
    maintenance.run(installation, TODAY, NOW)
    if not waves.by_key(home.database, wave.key).is_sealed:
        sealing.seal(home.database, home.keys, POLICY, wave.key)
    assert sealed_waves.of_wave(home.database, waves.by_key(home.database, wave.key)).moments.n == 8
    assert not home.keys.remaining(wave.key)
    assert list(verification.find_problems(installation.settings)) == []
