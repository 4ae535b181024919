"""A service of buckets for the tests: moto's server, or another that is named (CONTRIBUTING.md)."""

import importlib
import os
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from urllib.request import urlopen

import pytest

from tests.installation.remote import free_port

IN_BOTH = pytest.mark.parametrize("bucket", ["a directory", "a bucket"], indirect=True)
IN_A_BUCKET = pytest.mark.parametrize("bucket", ["a bucket"], indirect=True)
# the address of a service that runs, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of who may all there
NAMED = "TESTED_BUCKETS"
# what takes long is tried in a directory, and in a bucket where a service is named
IN_A_NAMED_ONE = pytest.mark.parametrize(
    "bucket", ["a bucket" if NAMED in os.environ else "a directory"], indirect=True
)
STARTING_SECONDS = 60


class Buckets:
    """The service: `environment` is what programs know it by."""

    def __init__(self, address, key, secret):
        self.address, self.key, self.secret = address, key, secret
        self.environment = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def new_bucket(self, monkeypatch):
        """Make one, and let this process know the service: the address of a folder in the bucket."""
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        name = f"b{secrets.token_hex(8)}"
        self.files().call_s3("create_bucket", Bucket=name)
        return f"s3://{name}/kjennetegn"

    def files(self):
        """A file system of the library's own, with which a test looks past our code."""
        library = importlib.import_module("s3fs")
        return library.S3FileSystem(
            key=self.key,
            secret=self.secret,
            endpoint_url=self.address,
            client_kwargs={"region_name": "us-east-1"},
            use_listings_cache=False,
        )


@contextmanager
def buckets():
    """A running service."""
    if NAMED in os.environ:
        yield Buckets(os.environ[NAMED], os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        return
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own words
        try:
            service = Buckets(f"http://127.0.0.1:{port}", "nobody", "nothing")
            ends = time.monotonic() + STARTING_SECONDS
            while not _answers(service):
                assert time.monotonic() < ends, "moto does not start"
                time.sleep(0.1)
            yield service
        finally:
            process.kill()


def _answers(service):
    with suppress(OSError), urlopen(service.address, timeout=5):  # noqa: S310 - our own address
        return True
    return False
