"""QR codes of addresses, as backgrounds of what is printed and as drawings on a page."""

import segno

_QUIET = 2  # modules of white around; slips and posters have more white beside them
_CORRECTION = "m"  # middling, for paper that is folded


def data_uri(address: str, mask: int | None = None) -> str:
    """Return the code as an image of one pixel a module, in a data URI: what it says is printed beside it.

    `mask` is the pattern of the standard that is laid over the modules; None chooses the one that suits the
    address best.
    """
    code = segno.make(address, error=_CORRECTION, micro=False, mask=mask)
    return str(code.png_data_uri(scale=1, border=_QUIET))


def svg(address: str) -> str:
    """Return the code as an SVG element that a page holds: what it says is written beside it."""
    code = segno.make(address, error=_CORRECTION, micro=False)
    return str(code.svg_inline(scale=4, border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None))


def best_mask(address: str) -> int:
    """Return the mask that suits this address; addresses that begin like it and are as long may share it.

    To choose one takes longer than all the rest of a code.
    """
    return int(segno.make(address, error=_CORRECTION, micro=False).mask)
