"""Draw a wave's key, split it and set its sheets: `python -m survey.background.key_sheet_process`.

What is to be printed comes on standard input; the public key and the PDF go to standard output. It loads no
database and no log: somebody waits for the sheets, and nothing else should be near a key.
"""

import json
import sys
from datetime import date

from reports.pdf import key_sheets
from reports.pdf.key_sheets import KeySheet
from reports.pdf.slips import SlipHeading
from survey.collection import key_shares


def _print(heading: SlipHeading, page: str, minutes: int) -> bytes:
    """Return the public key of a new key and the PDF of its sheets, one after the other."""
    key = key_shares.split_new_key()
    typed = [key_shares.printed_form(share, key.public_key) for share in key.shares]
    # behind the #, where no server and no log of one is sent it
    sheets = [
        KeySheet(each, f"{page}#{each}", mark)
        for each, mark in zip(typed, key_shares.sheet_marks(key.public_key), strict=True)
    ]
    return key.public_key + key_sheets.key_sheets(heading, page, minutes, sheets)


if __name__ == "__main__":
    given = json.load(sys.stdin)
    closes_on = date.fromisoformat(given["heading"].pop("closes_on"))
    printed = _print(SlipHeading(closes_on=closes_on, **given["heading"]), given["page"], given["minutes"])
    sys.stdout.buffer.write(printed)
