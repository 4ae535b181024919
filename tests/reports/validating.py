"""What a validator of standards finds wrong with a PDF."""

import page


def faults(pdf, standard="ua1"):
    """Each rule of the standard that the PDF breaks, with what is said of it: none, where it conforms."""
    report = page.validate_pdf_bytes(pdf, profile=standard)
    assert report.is_compliant == (not report.failures)
    return [f"{each.rule_id}: {each.message}" for each in report.failures]
