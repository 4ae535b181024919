"""The installation's time zone decides on which day a page is asked for, wherever the machine stands."""

import time
from datetime import UTC, datetime

import pytest

from survey.collection import code_issuing
from tests.waves import CLOSES, opened


@pytest.fixture
def _machine_elsewhere(monkeypatch):
    """A machine whose own clock shows another day than the one in Oslo for most of the day."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_machine_elsewhere")
@pytest.mark.parametrize(
    ("utc", "leads_to"),
    [
        ((2026, 3, 1, 22, 59), None),  # 23:59 on the day before its first, in Oslo
        ((2026, 3, 1, 23, 0), "/answer/"),
        ((CLOSES.year, CLOSES.month, CLOSES.day, 22, 59), "/answer/"),
        ((CLOSES.year, CLOSES.month, CLOSES.day, 23, 0), "/r/"),
    ],
)
def test_a_wave_opens_and_closes_at_midnight_there(browser, home, clock, utc, leads_to):
    [code] = code_issuing.issue(home.database, home.keys, opened(home).key, 1)
    clock.seconds = datetime(*utc, tzinfo=UTC).timestamp()
    reply = browser.client.get(f"/c/{code}", base_url=browser.address, follow_redirects=True)
    assert (reply.status_code == 200) == (leads_to is not None)
    assert ("The survey is not open yet" in reply.text) == (leads_to is None)
    assert reply.request.path.startswith(leads_to or "/c/")
