"""What a service of buckets replies when it fails: what passes by itself, and what stays, by its name."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from instruments.problems import Damaged, Unavailable
from survey.job_files import connection
from survey.job_files.bucket import BucketFolder

FOLDER = BucketFolder("s3://faulty/kjennetegn/0a1b")
FILE = FOLDER.file("a.pdf")
REFUSED = (403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
LISTED = (
    200,
    "<ListBucketResult><Contents><Key>kjennetegn/0a1b/a.pdf</Key><Size>1</Size></Contents></ListBucketResult>",
)
NONE_BEGUN = (200, "<ListMultipartUploadsResult></ListMultipartUploadsResult>")
UNDELETED = (200, "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code></Error></DeleteResult>")


class _Replying(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = self.server.reply(self.command, self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + self.server.missing))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())
        self.close_connection = bool(self.server.missing)

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def service():
    """A service that this process knows as that of its bucket; made once, as what speaks to it is."""
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), _Replying) as server,
        pytest.MonkeyPatch.context() as known,
    ):
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        known.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            known.setenv(name, "anything")
        connection._file_system.cache_clear()
        yield server
        server.shutdown()
    connection._file_system.cache_clear()


@pytest.fixture
def replying(service, monkeypatch):
    """Let the service reply to method and address as it is told to, cut short by so many bytes."""
    monkeypatch.setattr(connection, "_OUTAGE", connection._Outage())

    def replies(reply, missing=0):
        service.reply, service.missing = reply, missing

    return replies


@pytest.mark.parametrize(
    "reply",
    [
        (500, "<Error><Code>InternalError</Code></Error>"),
        (502, "<html>a proxy's</html>"),
        (503, "<Error><Code>SlowDown</Code></Error>"),
        (504, ""),
        (429, "<Error><Code>TooManyRequests</Code></Error>"),
        (400, "<Error><Code>RequestTimeout</Code></Error>"),
        (409, "<Error><Code>OperationAborted</Code></Error>"),
    ],
)
def test_what_a_service_says_of_a_moment_is_waited_for(replying, reply):
    replying(lambda *_: reply)
    with pytest.raises(Unavailable, match="files-away"):
        FOLDER.write({"a.pdf": b"x"})


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "SignatureDoesNotMatch"),
        (400, "AuthorizationHeaderMalformed"),
        (501, "NotImplemented"),
        # the library knows none of these, and takes what it does not know for a fault of the disk
        (507, "XMinioStorageFull"),
        (403, "QuotaExceeded"),
        (400, "InvalidRegion"),
    ],
)
def test_what_stays_until_somebody_mends_it_is_refused_by_the_name_the_service_has_for_it(
    replying, status, code
):
    body = f"<Error><Code>{code}</Code><Message>what was sent</Message></Error>"
    replying(lambda *_: (status, body))
    with pytest.raises(Damaged, match=f"files-unusable.*{code}") as told:
        FOLDER.write({"a.pdf": b"x"})
    assert "what was sent" not in str(told.value)


def test_what_is_no_code_is_not_repeated_and_the_status_is_said(replying):
    replying(lambda *_: (403, "<Error><Code>what was sent: x</Code></Error>"))
    for act in (lambda: FOLDER.write({"a.pdf": b"x"}), FILE.size):
        with pytest.raises(Damaged, match=r"files-unusable.*\(HTTP 403\)"):
            act()


def test_a_bucket_that_is_not_there_is_never_a_file_that_is_not_there(replying):
    replying(lambda *_: (404, "<Error><Code>NoSuchBucket</Code></Error>"))
    for act in (FOLDER.names, FOLDER.remove, FILE.exists, FILE.read, FILE.open, FILE.size, FILE.remove):
        with pytest.raises(Damaged, match=r"files-unusable.*no such bucket"):
            act()


def test_a_reply_that_breaks_off_is_waited_for(replying):
    replying(lambda *_: (200, "x" * 10), missing=10)
    with pytest.raises(Unavailable, match="files-away"):
        FILE.read()


def test_a_folder_that_may_not_be_removed_is_not_removed_quietly(replying):
    def reply(method, address):
        if method == "DELETE":
            return REFUSED
        if method == "POST":
            return UNDELETED
        return NONE_BEGUN if "uploads" in address else LISTED

    replying(reply)
    with pytest.raises(Damaged, match=r"files-unusable.*AccessDenied"):
        FOLDER.remove()


def test_a_service_that_finds_no_uploads_has_none_to_end(replying):
    asked = []

    def reply(method, address):
        asked.append((method, address.partition("?")[0]))
        if "uploads" in address:
            return 404, "<Error><Code>NoSuchUpload</Code></Error>"
        return (204, "") if method == "DELETE" else LISTED

    replying(reply)
    FOLDER.remove()
    assert ("DELETE", "/faulty/kjennetegn/0a1b/a.pdf") in asked
