"""A real OpenID provider for the tests: `provider.mjs` on the loopback address, started once a process."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

PROGRAM = Path(__file__).parent / "provider.mjs"
INSTALLED = Path(sys.prefix) / "openid"  # where ./go puts oidc-provider
SECRET = "a-secret-of-the-tests-that-is-long-enough"


class RunningProvider:
    """The provider, with somebody's browser in front of it."""

    def __init__(self, port):
        self.issuer = f"http://127.0.0.1:{port}"
        self.browser = requests.Session()

    def test(self, what):
        return requests.get(f"{self.issuer}/test/{what}", timeout=10)

    def forget(self):
        """Another browser, in which nobody is signed in at the provider."""
        self.browser = requests.Session()

    def answer(self, address, who, **typed):
        """The address that the provider sends the browser back to, after somebody signed in as `who`."""
        reply = self.browser.get(address, allow_redirects=False, timeout=10)
        for _ in range(8):
            assert reply.status_code < 400, reply.text
            if reply.status_code == 200:
                sent = {"sub": who, **typed}
                reply = self.browser.post(reply.url, sent, allow_redirects=False, timeout=10)
                continue
            leads_to = urljoin(reply.url, reply.headers["Location"])
            if not leads_to.startswith(self.issuer):
                return leads_to
            reply = self.browser.get(leads_to, allow_redirects=False, timeout=10)
        raise AssertionError("the provider leads in a circle")


def parameters(address):
    """The parameters of an address, each once."""
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}


@contextmanager
def running_provider(address="https://svar.example"):
    """The provider of the service at that address, until the block ends."""
    node = Path(sys.prefix) / "bin" / "node"
    assert (INSTALLED / "node_modules").exists(), "./go test installs the provider of the tests"
    command = [str(node), str(PROGRAM), str(INSTALLED), address]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield RunningProvider(int(process.stdout.readline()))
        finally:
            process.kill()
