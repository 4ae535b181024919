"""Read a SAS transport file of version 8 by the layout that SAS has published (TS-140), and nothing else."""

import struct
from dataclasses import dataclass, replace

RECORD = 80
DESCRIBED = 140  # bytes that describe a variable
_HEADER = b"HEADER RECORD*******%-8bHEADER RECORD!!!!!!!"


@dataclass(frozen=True)
class Variable:
    """A variable: its name and label, whether it is a number, and where it stands in a row."""

    name: str
    label: str
    is_number: bool
    place: int
    length: int


def read(content):
    """The variables of the first member of a library, and its rows; a missing number is None."""
    assert len(content) % RECORD == 0
    at = 0
    for name, records in ((b"LIBV8", 3), (b"MEMBV8", 1), (b"DSCPTV8", 3)):
        assert content[at:].startswith(_HEADER % name)
        at += records * RECORD
    assert content[at:].startswith(_HEADER % b"NAMSTV8")
    number = int(content[at + 54 : at + 58])
    at += RECORD
    variables = [_variable(content[at + DESCRIBED * each :][:DESCRIBED]) for each in range(number)]
    at += -(-DESCRIBED * number // RECORD) * RECORD
    labels = {}
    if content[at:].startswith(_HEADER % b"LABELV8"):
        long = int(content[at + 48 :][:RECORD].split()[0])
        at, labels = _labels(content, at + RECORD, long)
    assert content[at:].startswith(_HEADER % b"OBSV8")
    at += RECORD
    width = sum(each.length for each in variables)
    rows = []
    while at + width <= len(content) and content[at : at + width].strip(b" "):
        rows.append([_cell(each, content[at + each.place :][: each.length]) for each in variables])
        at += width
    return [replace(each, label=labels.get(each.name, each.label)) for each in variables], rows


def _variable(described):
    kind, _, length, _, _, label, *_ = struct.unpack_from(">hhhh8s40s8s", described)
    [place] = struct.unpack_from(">i", described, 84)
    name = described[88:120].decode().strip()
    return Variable(name, label.decode("utf-8", "replace").strip(), kind == 1, place, length)


def _labels(content, at, number):
    found, start = {}, at
    for _ in range(number):
        _, name, label = struct.unpack_from(">hhh", content, at)
        at += 6
        found[content[at : at + name].decode()] = content[at + name : at + name + label].decode().strip()
        at += name + label
    return start + -(-(at - start) // RECORD) * RECORD, found


def _cell(variable, held):
    if not variable.is_number:
        return held.decode().rstrip(" ")
    if held[0] in b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ" and not any(held[1:]):
        return None
    # IBM's floating point: a sign, an exponent of 16 over 64, and a fraction of 56 bits
    padded = int.from_bytes(held.ljust(8, b"\0"))
    sign = -1 if padded >> 63 else 1
    return sign * (padded & (1 << 56) - 1) / 2**56 * 16.0 ** ((padded >> 56 & 0x7F) - 64)
