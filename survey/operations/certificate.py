"""The certificate of the public address, looked at as a browser does."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import urlsplit

from instruments.problems import Damaged, Refused, Unavailable
from survey import job_files
from survey.operations import log, marks
from survey.settings import Settings

_PATIENCE_SECONDS = 5.0
_HTTPS_PORT = 443
_PAUSE_SECONDS = 60 * 60


def look_again(settings: Settings, now: int) -> None:
    """Look at it and note what was found, unless that was done within the last hour."""
    files = job_files.at(settings)
    last = marks.read(files, marks.CERTIFICATE)
    if last is not None and 0 <= now - last.at < _PAUSE_SECONDS:
        return
    try:
        marks.write(files, marks.CERTIFICATE, look(settings.public_url))
    except (Refused, Damaged, Unavailable) as error:
        log.fault("maintenance-failed", error.problems)


def look(public_url: str) -> Mapping[str, object]:
    """Connect to the address and return what was found: `ends`, seconds since 1970, or a `fault`.

    The fault is `refused` where a browser would refuse the certificate (ended, of another name, of an issuer
    that nobody knows), and `unreachable` where this machine does not reach the address. It is empty for an
    address without a certificate.
    """
    address = urlsplit(public_url)
    if address.scheme != "https":
        return {}
    place = (address.hostname or "", address.port or _HTTPS_PORT)
    try:
        with (
            closing(socket.create_connection(place, _PATIENCE_SECONDS)) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=place[0]) as secured,
        ):
            shown = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError:
        return {"fault": "refused"}
    except OSError:
        return {"fault": "unreachable"}
    return {"ends": int(ssl.cert_time_to_seconds(str(shown["notAfter"])))}
