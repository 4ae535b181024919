"""A bucket as monitoring programs see it: away at once, and well again at once."""

import pytest

from survey.job_files import connection
from survey.operations import health
from survey.operations.installation import Installation
from tests.buckets import IN_A_BUCKET
from tests.waves import ON_SQLITE

pytestmark = [ON_SQLITE, IN_A_BUCKET]


@pytest.fixture
def outage(monkeypatch):
    begun = connection._Outage()
    monkeypatch.setattr(connection, "_OUTAGE", begun)
    return begun


def test_a_bucket_that_is_away_says_nothing_of_the_worker_and_is_well_as_soon_as_it_is_back(
    home, settings, outage
):
    running = Installation(settings, home.database, home.keys, home.policy)

    def checked():
        parts = health.check(running, None, 0)
        return parts["files"], parts["worker"]

    assert checked() == ("ok", "worker-never")
    outage._ends_at = float("inf")
    assert checked() == ("files-away", "files-away")
    outage._ends_at = 0.0  # still away, and it is time to ask again
    assert checked() == ("ok", "worker-never")
