"""Make a tagged PDF one for archives as well: PDF/A-2a and PDF/UA-1 in the same file.

WeasyPrint writes either. Its PDF/A-2a has the tags and the identifier; only it does not call itself
accessible, in words that PDF/A wants explained where they are used.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pydyf

VARIANT: Final = "pdf/a-2a"
OUTPUT_INTENT: Final = "--srgb"  # the profile that all colours are meant in
# of the International Color Consortium, free to copy and embed; WeasyPrint leaves the file of its own open
_PROFILE: Final = Path(__file__).parent / "colours" / "sRGB2014.icc"
_END: Final = b"</rdf:RDF>"
# ISO 14289-1, 5: the number of the part; ISO 19005-2, 6.6.2.3.3: a property of another schema is described
_ACCESSIBLE: Final = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


@cache
def colour_profiles() -> dict[str, Any]:
    """Return the colour profile under its name, as WeasyPrint wants it: read once in a process."""
    from weasyprint import CSS  # noqa: PLC0415 - see reports/pdf/rendering.py

    read: dict[str, Any] = {}
    rule = f"@color-profile {OUTPUT_INTENT} {{ src: url('{_PROFILE.as_uri()}'); components: r, g, b }}"
    CSS(string=rule, color_profiles=read)
    # a profile is written with other bytes once its name was read, which the first PDF of a process does late
    for profile in read.values():
        str(profile.name)
    return read


def declare_accessible(pdf: "pydyf.PDF") -> None:
    """Add to the metadata of a PDF/A-2a file that it is PDF/UA-1, and leave the metadata unpacked.

    Called by WeasyPrint's `finisher`. WeasyPrint's own option for metadata would add a second RDF element, of
    which XMP allows one. Raises ValueError where the metadata are not as this expects (docs/fast-paths.md).
    """
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    before, end, after = b"\n".join(metadata.stream).rpartition(_END)
    if not end:
        raise ValueError("The metadata that WeasyPrint wrote hold no </rdf:RDF>.")
    metadata.stream = [before + _ACCESSIBLE + end + after]
    # PDF/A wants metadata that a search finds without unpacking the file
    metadata.compress = False
