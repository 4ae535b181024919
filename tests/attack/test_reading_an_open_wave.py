"""An operator holds the database, the key directory, backups and the memory of the server while a wave is
open, and wants to read its answers.

With the key on the server they can: the attack below shows that it works. With the key on three sheets it
must fail until two of them are there.
"""

import base64
import io
import itertools
import re
import shutil
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pypdf
import pytest
from nacl.public import PrivateKey
from nacl.secret import Aead

from instruments.answers import SKIPPED
from survey.accounts import passwords
from survey.collection import key_shares, lifecycle, response_encoding, sheet_sealing
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn, unseal
from survey.store.repositories import accounts, urns, waves
from tests.attack.test_reading_the_log import Server, settings_of
from tests.restored import copied
from tests.roles import grant_role
from tests.stored import raw_bytes
from tests.waves import ON_SQLITE, answer, closed, closed_with_sheets, opened_with_sheets, place, simulated

NOW = 1_800_000_000
PASSWORD = "en lang setning her"
SHEET = re.compile(r"[0-9A-Z]{4}(?:-\s*[0-9A-Z]{4}){7}")
PAGE = 4096  # bytes of memory that are kept or given back together
STREAM = re.compile(rb"/FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", re.DOTALL)
MARK = re.compile(r"^[0-9A-Z]{4}$", re.MULTILINE)


def windows(content, size):
    return (content[start : start + size] for start in range(len(content) - size + 1))


def possible_keys(content):
    """Every private key that these bytes could be, as they are or as what a key is derived from."""
    yield from (PrivateKey(each) for each in windows(content, 32))
    for each in windows(content, 16):
        yield PrivateKey(blake2b(each, digest_size=32, person=b"kjennetegn split").digest())


def rows(home):
    """Every value of every table about a wave, as bytes; urns apart, whose boxes are opened instead."""
    with home.database.reading() as connection:
        found = [
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - our own words
            for table in ("wave", "held_key_share", "job", "job_task")
        ]
    values = [value for table in found for row in table for value in row]
    return b"\0".join(
        bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in values
    )


def opened_shares(home, wave, keys):
    """The sheet that is held, decrypted with what lies in the key directory."""
    with home.database.reading() as connection:
        held = connection.exec_driver_sql("SELECT share FROM held_key_share").scalars().all()
    box = Aead(keys.urn(wave.key).box_key)
    return [box.decrypt(bytes(each), f"{wave.key}/key share".encode()) for each in held]


def read_answers(home, wave, held):
    """The encoded answers of a wave, for whoever holds the database and these files; None without a key."""
    keys = KeyDirectory(home.keys.path)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    urn = Urn(wave.key, keys.urn(wave.key))
    entries = [entry for shard, box in boxes.items() for entry in urn.entries(shard, box).values()]
    content = b"\0".join([*held, rows(home), *opened_shares(home, wave, keys)])
    public = waves.by_key(home.database, wave.key).public_key
    private = next((each for each in possible_keys(content) if bytes(each.public_key) == public), None)
    return None if private is None else sorted(unseal(private, wave.key, each) for each in entries)


def files_of(*folders):
    return [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def expected(people):
    return sorted(response_encoding.join(each, None, SKIPPED) for each in people)


def traces(private, sheets, public):
    """Every form in which a wave's key or one of its sheets could lie somewhere."""
    values = [bytes(private), *(key_shares.parse(each, public).value for each in sheets)]
    shares = [key_shares.parse(each, public) for each in sheets]
    secret = key_shares.Shamir.combine([(each.number, each.value) for each in shares[:2]], ssss=False)
    values.append(secret)
    written = [form(each) for each in values for form in (bytes.hex, _base64)]
    typed = [each.replace("-", between) for each in sheets for between in ("-", "", " ")]
    texts = [*written, *typed]
    return [*values, *(text.encode() for text in texts), *(text.encode("utf-16-le") for text in texts)]


def _base64(value):
    return base64.b64encode(value).decode().rstrip("=")


def test_with_the_key_on_the_server_whoever_holds_everything_reads_the_answers(home):
    people = simulated(6)
    wave = closed(home, people)
    assert read_answers(home, wave, files_of(home.keys.path)) == expected(people)


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize("given", [0, 1])
def test_with_the_key_on_sheets_whoever_holds_everything_reads_nothing_before_two_are_there(
    home, tmp_path, given
):
    people = simulated(6)
    wave, sheets = opened_with_sheets(home)
    answer(home, wave, people)
    shutil.copytree(home.keys.path, tmp_path / "keys backed up")
    lifecycle.close(home.database, wave.key)
    for typed in sheets[:given]:
        sheet_sealing.give_sheet_of_any(home.database, home.keys, home.policy, typed, now=NOW)
    assert len(opened_shares(home, wave, home.keys)) == given
    copied(home.database, tmp_path / "backup")
    around = files_of(home.keys.path, tmp_path / "keys backed up")
    assert read_answers(home, wave, around) is None
    everything = raw_bytes(home.database, journals=True) + b"".join([*files_of(tmp_path), *around])
    public = waves.by_key(home.database, wave.key).public_key
    private = key_shares.combine([key_shares.parse(each, public) for each in sheets[:2]], public)
    assert not [each for each in traces(private, sheets, public) if each in everything]
    # the same search finds what is there, and the same reading works with a second sheet
    assert public in everything
    shares = [key_shares.parse(each, public).value for each in sheets]
    found = read_answers(home, wave, [*around, key_shares.Shamir.combine([*enumerate(shares[:2], 1)])])
    assert found == expected(people)


@pytest.mark.usefixtures("own_files")
def test_after_sealing_neither_sheet_lies_anywhere_nor_what_would_open_the_one_in_an_old_backup(
    home, tmp_path
):
    wave, sheets = closed_with_sheets(home, simulated(6))
    public = wave.public_key
    sheet_sealing.give_sheet_of_any(home.database, home.keys, home.policy, sheets[0], now=NOW)
    before = copied(home.database, tmp_path / "earlier")
    sheet_sealing.give_sheet_of_any(home.database, home.keys, home.policy, sheets[1], now=NOW)
    private = key_shares.combine([key_shares.parse(each, public) for each in sheets[:2]], public)
    everything = raw_bytes(home.database) + b"".join(files_of(tmp_path))
    assert not [each for each in traces(private, sheets, public) if each in everything]
    assert before
    assert not list(home.keys.path.glob(f"{wave.key}*"))


class Client:
    """A leader's browser against a real server; `form` finds the token that its forms need."""

    def __init__(self, server):
        self.server, self.cookies = server, {}

    def ask(self, method, path, **fields):
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**fields, "csrf_token": self.token})
        connection.request(method, path, body, sent)
        reply = connection.getresponse()
        content = reply.read()
        for each in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = each.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        assert reply.status in {200, 303}, content[:800]
        return reply, content

    def see(self, path):
        found = _Token()
        found.feed(self.ask("GET", path)[1].decode())
        self.token = found.value

    def sign_in(self, email):
        self.see("/account/sign-in")
        self.ask("POST", "/account/sign-in", email=email, password=PASSWORD)


class _Token(HTMLParser):
    value = ""

    def handle_starttag(self, tag, attrs):
        if tag == "input" and dict(attrs).get("name") == "csrf_token":
            self.value = dict(attrs)["value"]


def memory_of(process):
    """All that the process and those it started hold in memory and may write to, as a debugger reads it."""
    family = [process, *(int(each) for each in children(process))]
    held = bytearray()
    for one in family:
        regions = Path(f"/proc/{one}/maps").read_text("utf-8").splitlines()
        with Path(f"/proc/{one}/mem").open("rb", buffering=0) as memory:
            for region in (line.split() for line in regions if " rw" in line):
                start, end = (int(edge, 16) for edge in region[0].split("-"))
                try:
                    memory.seek(start)
                    held += touched(memory.read(end - start))
                except OSError:
                    assert region[-1].startswith("["), region
    return bytes(held)


def touched(region):
    """The pages of a region that are not all zeros, as most of the stacks are; zeros end each run of them."""
    pages = (region[at : at + PAGE] for at in range(0, len(region), PAGE))
    runs = itertools.groupby(pages, key=lambda page: page.count(0) < len(page))
    return b"".join(b"".join(run) + bytes(PAGE) for is_touched, run in runs if is_touched)


def children(process):
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text("utf-8").split():
            yield child
            yield from children(child)


@ON_SQLITE
def test_the_memory_of_a_server_that_printed_and_opened_holds_neither_key_nor_sheet(home, settings, tmp_path):
    holder = accounts.add(home.database, "leder@example.org", passwords.hash_password(PASSWORD), "nb")
    unit = place(home).key
    grant_role(home.database, holder, "leader", unit)
    server = Server(settings_of(settings), tmp_path / "output")
    try:
        wave, pdf, sheets, marks = _opened_by(Client(server), unit, home)
        public = wave.public_key
        private = key_shares.combine([key_shares.parse(each, public) for each in sheets[:2]], public)
        memory = memory_of(server.process.pid)
        # the search finds what the server does hold
        assert settings.secret.encode() in memory
        assert marks[0].encode() in memory
        assert not [each for each in traces(private, sheets, public) if each in memory]
        # nor any part of the file, in which all of it stands compressed
        packed = [each for each in STREAM.findall(pdf) if len(each) > 100]
        assert len(packed) > len(sheets)
        assert not [each for each in packed if each[40:80] in memory]
    finally:
        server.stop()
    assert wave.is_open


def _opened_by(client, unit, home):
    """A wave drafted, printed and opened through the pages alone; what stands on its sheets."""
    client.sign_in("leder@example.org")
    client.see(f"/leader/{unit}/new")
    day = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
    plan = {"title": "Vår", "instrument": "learning_community@1.0.0", "language": "nb", "invited": "12"}
    plan |= {
        "opens_on": datetime.now(UTC).date().isoformat(),
        "closes_on": day,
        "way": "codes",
        "leaders_answer": "no",
        "split_key": "yes",
        "background": "",
    }
    client.ask("POST", f"/leader/{unit}/new", **plan)
    [drafted] = waves.every(home.database)
    path = f"/leader/{unit}/{drafted.key}"
    client.see(path)
    reply, pdf = client.ask("POST", f"{path}/key-sheets.pdf")
    assert reply.headers["Cache-Control"] == "no-store"
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    sheets = [re.sub(r"\s", "", SHEET.search(each)[0]) for each in pages]
    marks = [MARK.search(each)[0] for each in pages]
    client.see(path)
    client.ask("POST", f"{path}/open-with-sheets", first=marks[0], second=marks[1], third=marks[2])
    return waves.by_key(home.database, drafted.key), pdf, sheets, marks
