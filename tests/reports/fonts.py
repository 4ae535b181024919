"""Which fonts a PDF names."""

import io

import pikepdf


def fonts_of(pdf):
    """The names of all fonts, with the tag of their subset."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        return {str(each["/BaseFont"]) for each in found if each.get("/Type") == "/Font"}


def are_ours(names):
    """Whether there are fonts at all, and all are subsets of those that ship."""
    return bool(names) and all("+IBM-Plex-Sans" in name for name in names)
