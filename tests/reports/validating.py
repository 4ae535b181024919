"""What a validator of standards finds wrong with a PDF."""

import io

import page
import pikepdf

STANDARDS = ("ua1", "2a")  # PDF/UA-1 for people who listen, PDF/A-2a for archives
# a packed stream may end in CR, and is followed by LF: the validator takes both for the end of the line
ENDS_IN_CR = b"\r\nendstream"


def faults(pdf):
    """Each rule of the standards that the PDF breaks, with what is said of it: none, where it conforms."""
    found = [each for standard in STANDARDS for each in _failures(pdf, standard)]
    if ENDS_IN_CR in pdf:
        found = [each for each in found if not each.rule_id.endswith("-STREAM-LENGTH-001")]
    return [f"{each.rule_id}: {each.message}" for each in found] + _cells_without_headers(pdf)


def _failures(pdf, standard):
    report = page.validate_pdf_bytes(pdf, profile=standard)
    assert report.is_compliant == (not report.failures)
    return report.failures


def _cells_without_headers(pdf):
    """ISO 14289-1, 7.5, as veraPDF reads it and the validator does not: one cell without fails its table."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        cells = [each for each in found if each.get("/S") == "/TD"]
        return ["7.5: a cell names no header" for cell in cells if not len(cell.A.get("/Headers", []))]
