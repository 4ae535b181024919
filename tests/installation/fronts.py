"""The web servers that stand in front of an installation, run from the files that are shipped for them."""

import socket
import ssl
import subprocess
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.paths import REPOSITORY
from tests.survey.cli.served import Person, free_port, until

HOST = "survey.example.org"  # as in the files
DEPLOY = REPOSITORY / "deploy"
CADDY_HERE = "\tadmin off\n\tdefault_bind 127.0.0.1\n"
GIVEN = {"site.conf", "nginx.conf", "Caddyfile"}
DEBIANS_NGINX = Path("/etc/nginx/nginx.conf")


def replaced(text, **changes):
    """The text with each of these in place of what it is called; what is not there at all is no change."""
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


def nginx(folder, ports, certificate):
    """What starts nginx on the shipped file, in Debian's own configuration."""
    encrypted, plain, behind = ports
    site = replaced(
        (DEPLOY / "nginx.conf").read_text("utf-8"),
        **{
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{encrypted} ssl",
            f"/etc/letsencrypt/live/{HOST}/fullchain.pem": str(certificate),
            f"/etc/letsencrypt/live/{HOST}/privkey.pem": str(certificate),
            "127.0.0.1:8000": f"127.0.0.1:{behind}",
            "timeout 10s": "timeout 1s",
        },
    )
    (folder / "site.conf").write_text(site, "utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{each}_temp_path {folder}/{each};\n" for each in kinds)
    whole = replaced(
        DEBIANS_NGINX.read_text("utf-8"),
        **{
            "user www-data;": "user root; daemon off;",  # whose folder this is
            "/run/nginx.pid": f"{folder}/nginx.pid",
            "/var/log/nginx": f"{folder}/log",
            "include /etc/nginx/sites-enabled/*;": f"{temporary}include {folder}/site.conf;",
        },
    )
    (folder / "nginx.conf").write_text(whole, "utf-8")
    return ["nginx", "-e", f"{folder}/log/error.log", "-c", f"{folder}/nginx.conf"]


def caddy(folder, ports, certificate):
    """What starts Caddy on the shipped file, with a certificate that is there."""
    encrypted, plain, behind = ports
    site = replaced(
        (DEPLOY / "Caddyfile").read_text("utf-8"),
        **{
            "\n{\n": f"\n{{\n{CADDY_HERE}\thttp_port {plain}\n\thttps_port {encrypted}\n",
            f"{{$HOST_NAME:{HOST}}} {{\n": f"{HOST} {{\n\ttls {certificate} {certificate}\n",
            "127.0.0.1:8000": f"127.0.0.1:{behind}",
            "read_header 10s": "read_header 1s",
        },
    )
    (folder / "Caddyfile").write_text(site, "utf-8")
    return ["caddy", "run", "--config", f"{folder}/Caddyfile"]


def certificate():
    """A certificate of the host, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + made.public_bytes(Encoding.PEM)


class Visitor(Person):
    """Somebody whose browser comes to the public address by TLS."""

    def connected(self):
        connection = HTTPConnection(HOST, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sock = context.wrap_socket(raw, server_hostname=HOST)
        return connection


class Front:
    """A web server in front: where it listens, the folder of whatever it writes, and what it does with forms.

    One that streams hands a form on as it comes; the other once it is whole.
    """

    def __init__(self, folder, encrypted, plain, *, streams):
        self.folder, self.encrypted, self.plain, self.streams = folder, encrypted, plain, streams

    def visitor(self):
        return Visitor(self.encrypted)

    def unencrypted(self, path):
        """The status and the headers of a page that is asked for without TLS."""
        with closing(HTTPConnection("127.0.0.1", self.plain, timeout=30)) as connection:
            connection.request("GET", path, headers={"Host": HOST})
            reply = connection.getresponse()
            return reply.status, dict(reply.headers)

    def written(self):
        """All that it wrote, in whatever file."""
        files = [each for each in self.folder.rglob("*") if each.is_file()]
        return b"".join(
            each.read_bytes() for each in files if each.name not in {"site.conf", "nginx.conf", "Caddyfile"}
        )


@contextmanager
def front(command_of, folder, behind):
    """One of them, in front of the port."""
    encrypted, plain = free_port(), free_port()
    (folder / "log").mkdir()
    (folder / "certificate.pem").write_bytes(certificate())
    command = command_of(folder, (encrypted, plain, behind), folder / "certificate.pem")
    places = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said.log").open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, env={"PATH": "/usr/sbin:/usr/bin", **places}, stdout=said, stderr=said
        )
    try:
        until(lambda: _listens(encrypted) or process.poll() is not None, 30)
        assert process.poll() is None, (folder / "said.log").read_text("utf-8")
        yield Front(folder, encrypted, plain, streams=command_of is caddy)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):  # Caddy waits for whoever has a connection open
            process.wait(5)
        process.kill()
        process.wait(30)


def _listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
