"""Lock a PDF with a password: without it nobody can open the file, see a page of it or read its title."""

import io
from typing import Final

import pikepdf

# the key that a password makes is drawn through many rounds of hashing, and files are read by AES of 256 bits
_REVISION: Final = 6


def locked(pdf: bytes, password: str) -> bytes:
    """Return the PDF encrypted with AES-256 for one password, which opens it for reading and printing."""
    written = io.BytesIO()
    # one password for both of the format's roles: with an empty one for owners everybody would be one
    lock = pikepdf.Encryption(owner=password, user=password, R=_REVISION, aes=True, metadata=True)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        packed = pikepdf.ObjectStreamMode.generate
        opened.save(written, encryption=lock, object_stream_mode=packed)
    return written.getvalue()
