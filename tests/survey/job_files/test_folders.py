"""Job files in a directory and in a bucket: there whole or not at all, and gone when they are removed."""

import os
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from instruments.problems import Damaged, Refused, Unavailable
from survey import job_files
from survey.job_files import connection
from survey.job_files.bucket import BucketFolder
from tests.buckets import IN_A_BUCKET, IN_BOTH
from tests.paths import REPOSITORY
from tests.waves import ON_SQLITE

pytestmark = ON_SQLITE
LARGE = 9 * 1024 * 1024  # more than one part of an upload


@pytest.fixture
def folder(settings):
    return job_files.at(settings).folder("0a1b")


@IN_BOTH
def test_what_is_written_is_read_listed_and_replaced(folder):
    assert folder.names() == []
    folder.write({"b.pdf": b"first", "a.pdf": b""})
    assert folder.names() == ["a.pdf", "b.pdf"]
    file = folder.file("b.pdf")
    assert (file.name, file.exists(), file.read(), file.size()) == ("b.pdf", True, b"first", 5)
    assert abs(file.written_at() - time.time()) < 60
    folder.write({"b.pdf": b"second"})
    assert folder.file("b.pdf").read() == b"second"
    assert folder.file("a.pdf").read() == b""


@IN_BOTH
def test_what_is_not_there_is_not_found_and_can_be_removed(folder):
    file = folder.file("none.pdf")
    assert not file.exists()
    for look in (file.read, file.open, file.size, file.written_at):
        with pytest.raises(FileNotFoundError):
            look()
    file.remove()
    folder.remove()
    assert folder.names() == []


@IN_BOTH
def test_a_large_file_is_read_from_any_place_in_it(folder):
    content = os.urandom(LARGE)

    def fill(stream):
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("one", content)
            archive.writestr("other", b"small")

    folder.write_by("all.zip", fill)
    with folder.file("all.zip").open() as opened, zipfile.ZipFile(opened) as archive:
        assert archive.read("other") == b"small"
        assert archive.read("one") == content
    assert folder.names() == ["all.zip"]


@IN_BOTH
def test_a_file_that_fails_half_way_is_not_there_and_the_one_before_stays(folder):
    folder.write({"all.zip": b"before"})

    def fail(stream):
        stream.write(b"x" * LARGE)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        folder.write_by("all.zip", fail)
    assert folder.names() == ["all.zip"]
    assert folder.file("all.zip").read() == b"before"


@IN_BOTH
def test_a_folder_is_removed_with_its_files_and_no_other_is(settings, folder):
    others = [job_files.at(settings).folder(name) for name in ("0a1", "0a1bc")]
    for each in (folder, *others):
        each.write({"a.pdf": b"a", "b.pdf": b"b"})
    folder.remove()
    assert folder.names() == []
    assert [each.names() for each in others] == [["a.pdf", "b.pdf"]] * 2


@IN_A_BUCKET
def test_a_file_that_is_replaced_while_it_is_read_is_not_half_of_each(folder):
    folder.write({"all.zip": b"a" * LARGE})
    opened = folder.file("all.zip").open()
    assert opened.read(1) == b"a"
    folder.write({"all.zip": b"b" * LARGE})
    with pytest.raises(FileNotFoundError):
        opened.read(LARGE)
    assert folder.file("all.zip").open().read(1) == b"b"


@IN_A_BUCKET
def test_what_stands_for_an_empty_folder_is_no_file_and_goes_with_it(folder, bucket_service):
    files, (name, prefix) = bucket_service.files(), folder.place.removeprefix("s3://").split("/", 1)
    files.call_s3("put_object", Bucket=name, Key=f"{prefix}/", Body=b"")
    assert folder.names() == []
    folder.write({"a.pdf": b"a"})
    assert folder.names() == ["a.pdf"]
    folder.remove()
    assert "Contents" not in files.call_s3("list_objects_v2", Bucket=name)


UPLOAD = """
import sys, time
from survey.job_files import connection
from survey.job_files.bucket import BucketFolder

def ask(place, question, asked=connection.ask):
    def slowly(bucket):
        sent = bucket.call_s3
        def call(name, *given, **named):
            if name == "complete_multipart_upload":
                print("all parts are sent", flush=True)
                time.sleep(60)
            return sent(name, *given, **named)
        bucket.call_s3 = call
        return question(bucket)
    return asked(place, slowly)

import survey.job_files.bucket as bucket
bucket.ask = ask
BucketFolder(sys.argv[1]).write_by("all.zip", lambda stream: stream.write(b"x" * 20_000_000))
"""


@IN_A_BUCKET
def test_an_upload_that_is_killed_before_its_end_is_no_file_and_goes_with_its_folder(
    settings, folder, bucket_service
):
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", UPLOAD, folder.place], stdout=subprocess.PIPE, cwd=REPOSITORY
    ) as uploading:
        assert uploading.stdout.readline().strip() == b"all parts are sent"
        uploading.send_signal(signal.SIGKILL)
    assert folder.names() == []
    assert not folder.file("all.zip").exists()
    files, name = bucket_service.files(), settings.bucket.split("/")[2]
    assert len(files.call_s3("list_multipart_uploads", Bucket=name)["Uploads"]) == 1
    job_files.at(settings).folder("another").remove()
    assert len(files.call_s3("list_multipart_uploads", Bucket=name)["Uploads"]) == 1
    folder.remove()
    assert "Uploads" not in files.call_s3("list_multipart_uploads", Bucket=name)


@IN_A_BUCKET
def test_a_service_that_is_away_is_waited_for_and_said_once(folder, monkeypatch, capsys):
    monkeypatch.setattr(connection, "_OUTAGE", connection._Outage())
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        connection._file_system.cache_clear()
        began = time.monotonic()
        for act in (folder.names, folder.file("x").read, folder.remove, lambda: folder.write({"x": b"x"})):
            with pytest.raises(Unavailable, match="files-away"):
                act()
        assert time.monotonic() - began < 20
    connection._file_system.cache_clear()
    monkeypatch.setattr(connection, "_PAUSE_SECONDS", 0)
    connection._OUTAGE._ends_at = 0.0
    folder.write({"x": b"x"})
    assert folder.file("x").read() == b"x"
    told = [line for line in capsys.readouterr().err.splitlines() if "files-away" in line]
    assert [("begun" in line, "ended" in line) for line in told] == [(True, False), (False, True)]


@IN_A_BUCKET
def test_a_bucket_that_is_not_there_is_a_fault_of_ours(settings, folder):
    missing = BucketFolder("s3://no-such-bucket-anywhere/x")
    for act in (lambda: missing.write({"x": b"x"}), lambda: missing.write_by("x", lambda to: to.write(b"x"))):
        with pytest.raises(Damaged, match="files-unusable"):
            act()
    assert folder.place.startswith(settings.bucket)


@IN_A_BUCKET
def test_without_the_library_for_buckets_the_remedy_is_named(folder, monkeypatch):
    connection._file_system.cache_clear()
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises((Damaged, Refused), match=r"files-unsupported.*s3\.txt"):
        folder.names()
    connection._file_system.cache_clear()
