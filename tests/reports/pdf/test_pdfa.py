"""The one inside of WeasyPrint and pydyf that is used, so that a new version that changes it is noticed."""

import io

import pikepdf
import pydyf
import pytest
from weasyprint import HTML

from reports.pdf import pdfa, rendering

CHANGED = "WeasyPrint writes its metadata another way: see docs/fast-paths.md, then mend reports/pdf/pdfa.py"
PAGE = "<!DOCTYPE html><html lang='nb'><head><title>Prøve</title></head><body><h1>Eika</h1></body></html>"


def test_weasyprint_hands_over_its_metadata_as_one_stream_that_the_catalogue_names():
    handed = []
    HTML(string=PAGE).write_pdf(
        # not the variant of ours: WeasyPrint would open a colour profile of its own, and leave it open
        pdf_variant="pdf/ua-1",
        finisher=lambda _document, pdf: handed.append(pdf.objects[int(pdf.catalog["Metadata"].split()[0])]),
    )
    [metadata] = handed
    assert isinstance(metadata, pydyf.Stream), CHANGED
    assert b"\n".join(metadata.stream).count(b"</rdf:RDF>") == 1, CHANGED
    assert isinstance(metadata.compress, bool), CHANGED


def test_metadata_of_another_shape_are_refused_rather_than_written_without_the_declaration():
    pdf = pydyf.PDF()
    metadata = pydyf.Stream([b"<x:xmpmeta/>"])
    pdf.add_object(metadata)
    pdf.catalog["Metadata"] = metadata.reference
    with pytest.raises(ValueError, match="rdf:RDF"):
        pdfa.declare_accessible(pdf)


def test_the_metadata_declare_both_standards_in_one_description_that_a_search_finds():
    pdf = rendering.render_uncached(PAGE)
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        declared = {
            name: metadata[f"{{http://www.aiim.org/{space}/}}{name}"]
            for space, name in [("pdfua/ns/id", "part"), ("pdfa/ns/id", "conformance")]
        }
    assert declared == {"part": "1", "conformance": "A"}
    assert pdf.count(b"<rdf:RDF ") == 1
    assert b'pdfuaid:part="1"' in pdf


def test_the_first_file_of_a_process_is_the_same_as_the_next():
    first = pdfa.colour_profiles()
    contents = [each.content for each in first.values()]
    assert contents
    assert all(each.name for each in first.values())
    assert [each.content for each in first.values()] == contents
    pdfa.colour_profiles.cache_clear()
    assert [each.content for each in pdfa.colour_profiles().values()] == contents
