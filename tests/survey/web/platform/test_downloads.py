"""A file that is sent is a file that was taken, whatever header asks for it."""

import pytest
from flask import Flask

from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import download

NAME = joined_name("slips", ending="zip")


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "slips.zip"
    made.write_bytes(b"content")
    return made


def sent(content, headers):
    with Flask(__name__).test_request_context(headers=headers):
        reply = download(content, "application/zip", NAME)
    reply.direct_passthrough = False
    found = reply.status_code, reply.get_data()
    reply.close()
    return found


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"If-Match": '"x"'},
        {"If-Match": '"x"', "If-None-Match": '"y"'},
        # of parts that are none, or lie behind the end
        {"Range": "bytes=5-1"},
        {"Range": "bytes=99999999999-"},
        {"Range": "pages=1-2"},
    ],
)
def test_a_file_is_never_sent_with_the_status_of_an_error(file, headers):
    assert sent(file, headers) == (200, b"content")
    assert sent(b"content", headers) == (200, b"content")
    with file.open("rb") as opened:
        assert sent(opened, headers) == (200, b"content")


def test_a_part_is_sent_of_what_lies_on_a_disk(file):
    assert sent(file, {"Range": "bytes=1-3"}) == (206, b"ont")
    assert sent(b"content", {"Range": "bytes=1-3"}) == (200, b"content")
