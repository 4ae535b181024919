"""A file that is sent is a file that was taken, whatever header asks for it."""

import pytest
from flask import Flask

from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import download


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"x"'}, {"If-Match": '"x"', "If-None-Match": '"y"'}])
def test_a_file_is_never_sent_with_the_status_of_an_error(tmp_path, headers):
    file = tmp_path / "slips.zip"
    file.write_bytes(b"content")
    with Flask(__name__).test_request_context(headers=headers):
        reply = download(file, "application/zip", joined_name("slips", ending="zip"))
    reply.direct_passthrough = False
    assert (reply.status_code, reply.get_data()) == (200, b"content")
    reply.close()
