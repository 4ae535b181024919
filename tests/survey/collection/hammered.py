"""Run in a process of its own: `DATABASE KEYS PORT CODES LOG SEED` serves as `kjennetegn serve` does, lets
four processes hand in answers over HTTP, and kills processes of the server by SIGKILL, round after round.

CODES is a file with a code on each line. The log holds a line before each sending and one after each
acknowledgement on screen: the receipt, or the page that says that this code's answers have arrived.
What goes wrong ends everything at once, and is in a file named `faults` beside the log.
"""

import os
import random
import re
import signal
import sys
import time
import traceback
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import survey.web.application  # noqa: F401 - read once, here, so that a server forked from here starts at once
from instruments import library
from instruments.answers import SKIPPED, Answers, answer_indices
from survey.cli.serve import listen
from survey.settings import Settings
from survey.web.respondent.forms import field_name

REFERENCE = "learning_community@1.0.0"
SECRET = "0123456789abcdef0123456789abcdef"
CLIENTS = 4
ROUNDS = 20
LONGEST_LIFE = 0.4  # seconds of a round, once answers come in again
PATIENCE = 30  # seconds, after which the server is said not to come back
BLOWS = ("a worker", "a worker", "a worker", "the master", "everything")
SEE_OTHER, CONFLICT, BUSY = 303, 409, 503


def answers_of(code, version):
    """The answers that a code's holder gives, the same in every process: the first dimension's at random.

    One statement at least is answered: whoever leaves everything blank is asked first and hands in nothing.
    """
    held = tuple(answer_indices(version.scale))
    drawn = random.Random(sha256(code.encode()).digest())  # noqa: S311 - simulated answers need no secrecy
    first, *others = next(iter(version)).items
    given = {item.id: drawn.choice(held) for item in others}
    return Answers(version, {first.id: drawn.choice([each for each in held if each is not SKIPPED]), **given})


class Person:
    """One code's holder at one browser, who does not give up."""

    def __init__(self, port, code, told):
        self.port, self.code, self.told = port, code, told
        self.cookies, self.location = {}, ""
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def insist(self, drawn):
        """Hand in, again and again until it is acknowledged; sometimes from another browser."""
        for attempt in count():
            try:
                self.walk(send_again=attempt > 0 and drawn.random() < 1 / 2)
                return self.tell("acknowledged")
            except (OSError, HTTPException):
                self.connection.close()
                time.sleep(0.02)
                if drawn.random() < 1 / 3:
                    self.cookies.clear()
        raise AssertionError

    def walk(self, *, send_again):
        """From the code to the receipt, or on from the page whose sending got no reply."""
        if not (send_again and self.cookies):
            status, _ = self.ask("GET", f"/c/{self.code}", {SEE_OTHER, CONFLICT})
            if status == CONFLICT:  # an earlier sending arrived, and this page says so
                return
        status, form = self.ask("GET", "/answer/1", {200, SEE_OTHER})
        if status == SEE_OTHER and self.location.endswith("/answer/receipt"):
            return
        if status == SEE_OTHER:  # unsent answers are here, and a scanned code may be another person's
            self.cookies.clear()
            self.walk(send_again=False)
            return
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
        given = answers_of(self.code, library.get(REFERENCE)).given.items()
        said = {field_name(item): str(value) for item, value in given if value is not SKIPPED}
        self.ask("POST", "/answer/1", {SEE_OTHER}, {"csrf_token": token, "go": "review", **said})
        self.tell("sent")
        self.ask("POST", "/answer/send", {200, SEE_OTHER}, {"csrf_token": token})
        self.ask("GET", "/answer/receipt", {200})

    def ask(self, method, path, expected, fields=None):
        """Status and text of a reply; keeps its cookies. Whatever else the server says ends the test."""
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(fields or {}), head)
        reply = self.connection.getresponse()
        self.location = reply.headers.get("Location", "")
        text = reply.read().decode()
        for set_cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if reply.status not in expected:
            said = re.sub(r"(<[^>]*>|\s)+", " ", text.partition("<main")[2] or text)
            raise RuntimeError(f"{method} {path}: {reply.status} {self.location} {said[:500]}")
        return reply.status, text

    def tell(self, word):
        os.write(self.told, f"{word} {self.code}\n".encode())


class Patient(Person):
    """Somebody who tries again when a page says that something is away (503)."""

    def ask(self, method, path, expected, fields=None):
        """As before; that page is no fault, and ends this try."""
        status, text = super().ask(method, path, {*expected, BUSY}, fields)
        if status == BUSY:
            raise HTTPException(path)
        return status, text


def hand_in(port, codes, log, seed):
    """Be one person after the other until there is a file named `stop` beside the log."""
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    drawn = random.Random(seed)  # noqa: S311 - likewise
    for code in codes:
        if log.with_name("stop").exists():
            return
        Person(port, code, told).insist(drawn)
    raise RuntimeError("the codes did not last")


def note_fault(log):
    """Add the exception that is handled just now to the faults."""
    with log.with_name("faults").open("a") as faults:
        traceback.print_exc(file=faults)


def forked(log, act, *arguments):
    """A process that does this and ends."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act(*arguments)
            status = 0
        except SystemExit as ended:  # how gunicorn's master goes
            status = ended.code
        except BaseException:  # noqa: BLE001 - a forked process must not go on as its parent
            note_fault(log)
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def workers_of(master):
    """The processes that a server has begun."""
    return [int(each) for each in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def orphans(known):
    """Processes of this group that still run and nobody knows: workers that outlived their master."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, group, *_ = (each / "stat").read_text().rpartition(")")[2].split()
            if int(group) == os.getpgrp() and state != "Z" and int(each.name) not in known:
                found.append(int(each.name))
    return found


def strike(blow, master, people, drawn):
    """Kill what the blow says; whether the server has to be started again."""
    if blow == "a worker":
        workers = workers_of(master)
        kill(drawn.sample(workers, min(1, len(workers))))
        return False
    kill([master])
    os.waitpid(master, 0)
    if blow == "the master":  # its workers go on for a moment, without anyone over them
        time.sleep(drawn.uniform(0, LONGEST_LIFE / 2))
    while left := orphans({os.getpid(), *people}):
        kill(left)
        time.sleep(0.01)
    return True


def kill(processes):
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def await_more(log):
    """Nothing, once another answer was acknowledged."""
    before, ends = log.read_text().count("ack"), time.monotonic() + PATIENCE
    while log.read_text().count("ack") == before:
        if log.with_name("faults").exists():
            raise RuntimeError("somebody was told something else")
        if time.monotonic() > ends:
            raise RuntimeError("the server does not come back")
        time.sleep(0.02)


def hammer(settings, port, codes, log, seed):
    drawn = random.Random(seed)  # noqa: S311 - likewise
    log.touch()
    master = forked(log, listen, settings, "127.0.0.1", port)
    people = [forked(log, hand_in, port, codes[each::CLIENTS], log, seed + each) for each in range(CLIENTS)]
    for _ in range(ROUNDS):
        await_more(log)
        time.sleep(drawn.uniform(0, LONGEST_LIFE))
        if strike(drawn.choice(BLOWS), master, people, drawn):
            master = forked(log, listen, settings, "127.0.0.1", port)
    await_more(log)
    log.with_name("stop").touch()
    ended = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in people]
    os.kill(master, signal.SIGTERM)
    os.waitpid(master, 0)
    return int(any(ended))


if __name__ == "__main__":
    database, keys, port, codes, log, seed = sys.argv[1:]
    settings = Settings(database, Path(keys), SECRET, f"http://127.0.0.1:{port}")
    try:
        sys.exit(hammer(settings, int(port), Path(codes).read_text().split(), Path(log), int(seed)))
    except Exception:
        note_fault(Path(log))
        raise
