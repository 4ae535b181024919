"""PostgreSQL goes away in the middle, and comes back: what server, worker and commands make of that."""

import json
import os
import re
import signal
import time
from datetime import date, timedelta

import pytest

from survey.collection import code_issuing, stored_urn
from survey.operations.installation import own_keys
from survey.operations.set_up import set_up
from survey.settings import Settings
from survey.store.database import open_database
from survey.store.passing_faults import AWAY
from tests.log_lines import log_lines
from tests.postgres import stopped_server
from tests.survey.cli.served import Person, children, free_port, running, until
from tests.waves import BareInstallation, opened

NOW = date.today()  # noqa: DTZ011 - the server looks at the clock
DAYS = {"opens_on": NOW, "closes_on": NOW + timedelta(days=60)}


def prepared(postgres, folder):
    """The settings of an installation on a server that is stopped."""
    url = postgres.address.format(name="postgres").replace("ql:", "ql+psycopg:")
    settings = Settings(url, folder / "keys", "0123456789abcdef" * 2)
    postgres.start()
    set_up(settings)
    postgres.stop(signal.SIGQUIT)
    return settings


def events(output, code=AWAY):
    return [each["event"] for each in log_lines(output.read_text()) if each.get("code") == code]


@pytest.mark.longest
def test_everybody_waits_for_a_database_that_is_not_there_yet_and_that_goes_away_in_the_middle(tmp_path):
    serving, working = tmp_path / "serve.log", tmp_path / "worker.log"
    with stopped_server() as postgres:
        settings, port = prepared(postgres, tmp_path), free_port()
        person = Person(port)
        with (
            running(settings, serving, "serve", "--port", str(port)) as server,
            running(settings, working, "worker", "--every", "1") as worker,
        ):
            # before the database is there, both wait and say so
            until(lambda: person.status() == 503)
            assert "We cannot do that right now" in person.page
            until(lambda: events(working))
            postgres.start()
            until(lambda: person.status("/health") and json.loads(person.page)["checks"]["database"] == "ok")
            until(lambda: events(working) == ["outage-begun", "outage-ended"])

            database = open_database(settings.database)
            home = BareInstallation(database, own_keys(settings, database))
            wave = opened(home, **DAYS)
            [code] = code_issuing.issue(database, home.keys, wave.key, 1)
            # of four processes each finds out for itself
            until(lambda: person.ask(f"/c/{code}") == 303)
            until(lambda: person.ask("/answer/1") == 200)
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.page).group(1)
            answers = dict.fromkeys(re.findall(r'type="radio" name="([^"]+)"', person.page), "4")

            postgres.stop(signal.SIGQUIT)
            time.sleep(1.1)  # for so long a wave is known without asking for it
            killed = children(server.pid)[0]
            os.kill(killed, signal.SIGKILL)
            assert person.ask("/answer/1", {"csrf_token": token, **answers, "go": "forward"}) == 503
            assert answers.items() <= person.hidden().items()
            typed = person.hidden()
            until(lambda: killed not in children(server.pid) and len(children(server.pid)) == 4)
            for _ in range(20):
                assert person.status("/static/kjennetegn.css") == 200
                assert person.status("/answer/1") == 503
            time.sleep(1)
            assert server.poll() is worker.poll() is None

            postgres.start()
            until(lambda: person.ask("/answer/1", typed) == 303)
            until(lambda: person.ask("/answer/review") == 200)
            until(lambda: person.ask("/answer/send", {"csrf_token": token}) == 200)
            assert "Your answers have arrived" in person.page
            assert stored_urn.count(database, stored_urn.open_urn(home.keys, wave), wave) == 1
            database.close()
            until(lambda: events(working) == ["outage-begun", "outage-ended"] * 2)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0
        # each process says so once
        told = events(serving)
        assert 2 <= told.count("outage-begun") <= 12
        assert {each.get("code") for each in log_lines(working.read_text())} == {AWAY}
        assert {each.get("code") for each in log_lines(serving.read_text())} <= {
            AWAY,
            "library-gunicorn.error",
        }


def test_a_command_says_that_the_database_is_away_and_may_be_repeated(tmp_path):
    url = f"postgresql+psycopg://kjennetegn@/k?host={tmp_path}"
    settings = Settings(url, tmp_path / "keys", "0123456789abcdef" * 2)
    with running(settings, tmp_path / "output", "unit", "list") as command:
        assert command.wait(60) == 75
    said = (tmp_path / "output").read_text()
    assert "database-away: The database does not answer." in said
    assert "Traceback" not in said
