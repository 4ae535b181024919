"""A device that keeps passkeys, as a browser hands its answers on: for tests without a browser."""

import base64
import hashlib
import json
import secrets
import struct

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def text(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def content_of(written):
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


class Authenticator:
    """Holds one passkey; `verifies` says whether it asks who uses it, `counts` how often it has signed."""

    def __init__(self, origin, *, verifies=True, counts=1):
        self.origin, self.verifies, self.counts = origin, verifies, counts
        self.credential, self.key = secrets.token_bytes(32), ec.generate_private_key(ec.SECP256R1())
        self.handle = None

    def make(self, options, **client):
        """Answer what a page asks for a new passkey; `client` is what its browser says otherwise."""
        self.handle = content_of(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        length = struct.pack(">H", len(self.credential))
        attested = bytes(16) + length + self.credential + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], _ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client("webauthn.create", options, client)
        return self._answer({"clientDataJSON": text(said), "attestationObject": text(attestation)})

    def sign(self, options, **client):
        """Answer what a page asks to be signed."""
        self.counts += 1 if self.counts else 0
        said = self._client("webauthn.get", options, client)
        data = self._data(options["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": text(said), "authenticatorData": text(data)}
        return self._answer({**response, "signature": text(signature), "userHandle": text(self.handle)})

    def _data(self, host, flags):
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.counts)

    def _client(self, kind, options, client):
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, **client}
        return json.dumps(said).encode()

    def _answer(self, response):
        named = text(self.credential)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})
