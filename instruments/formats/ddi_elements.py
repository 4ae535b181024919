"""The elements of a DDI-Codebook 2.5 document, whether it describes an edition or a table of figures."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

_NAMESPACE: Final = "ddi:codebook:2_5"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def codebook() -> etree._Element:
    """Return an empty codebook."""
    return etree.XML(f'<codeBook xmlns="{_NAMESPACE}" version="2.5"/>')


def add(
    parent: etree._Element, tag: str, text: str = "", language: str = "", **attributes: str
) -> etree._Element:
    """Add an element with its text, in a language if one is named, and return it."""
    made = etree.SubElement(parent, f"{{{_NAMESPACE}}}{tag}", attributes)
    made.text = text or None
    if language:
        made.set(_LANGUAGE, language)
    return made


def add_category(
    variable: etree._Element, value: str, labels: Mapping[str, str], **attributes: str
) -> etree._Element:
    """Add one value of a variable with its label in each language ("" for none), and return it."""
    category = add(variable, "catgry", **attributes)
    add(category, "catValu", value)
    for language, label in labels.items():
        add(category, "labl", label, language)
    return category


def written(root: etree._Element, language: str = "") -> bytes:
    """Return the codebook as an indented XML file in UTF-8, in a language if one is named."""
    if language:
        root.set(_LANGUAGE, language)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
