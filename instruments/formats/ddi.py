"""Write an edition as DDI-Codebook 2.5: the questionnaire as data archives describe one."""

from lxml import etree

from instruments.model import Dimension, Item, Version, Wording

NAMESPACE = "ddi:codebook:2_5"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def ddi_bytes(version: Version, edition: str) -> bytes:
    """Return the codebook: a `varGrp` for each dimension, a `var` for each item, in every language.

    Unscored answers are categories marked as missing. Raises KeyError where the version lacks the edition.
    """
    wordings = [version.wording(edition, language) for language in version.editions[edition]]
    root = etree.XML(f'<codeBook xmlns="{NAMESPACE}" version="2.5"/>')
    root.set(_LANGUAGE, wordings[0].language)
    _study(root, version, wordings)
    data = _child(root, "dataDscr")
    # the schema wants all groups before the first variable
    for dimension in version:
        _group(data, dimension, wordings)
    for dimension in version:
        for item in dimension.items:
            _variable(data, version, item, wordings)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _child(parent: etree._Element, tag: str, text: str = "", language: str = "") -> etree._Element:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    made.text = text or None
    if language:
        made.set(_LANGUAGE, language)
    return made


def _study(root: etree._Element, version: Version, wordings: list[Wording]) -> None:
    study = _child(root, "stdyDscr")
    titles = _child(_child(study, "citation"), "titlStmt")
    first, *others = wordings
    _child(titles, "titl", f"{first.title} ({first.edition_name})", first.language)
    for wording in others:
        _child(titles, "parTitl", f"{wording.title} ({wording.edition_name})", wording.language)
    _child(titles, "IDNo", f"{version.reference}; SHA-256 {version.content_hash}")
    information = _child(study, "stdyInfo")
    for wording in wordings:
        _child(information, "abstract", " ".join(wording.introduction), wording.language)
    collection = _child(_child(study, "method"), "dataColl")
    _child(collection, "collMode", "Self-administered questionnaire", "en")


def _group(data: etree._Element, dimension: Dimension, wordings: list[Wording]) -> None:
    group = _child(data, "varGrp")
    group.set("ID", f"G_{dimension.id}")
    group.set("type", "subject")
    group.set("name", dimension.id)
    group.set("var", " ".join(f"V_{item.id}" for item in dimension.items))
    for wording in wordings:
        _child(group, "labl", wording.dimensions[dimension.id].name, wording.language)
    for wording in wordings:
        _child(group, "txt", wording.dimensions[dimension.id].definition, wording.language)


def _variable(data: etree._Element, version: Version, item: Item, wordings: list[Wording]) -> None:
    variable = _child(data, "var")
    variable.set("ID", f"V_{item.id}")
    variable.set("name", item.id)
    variable.set("intrvl", "discrete")
    _child(variable, "labl", item.indicator, "en")
    for wording in wordings:
        question = _child(variable, "qstn")
        question.set(_LANGUAGE, wording.language)
        _child(question, "preQTxt", wording.referent)
        _child(question, "qstnLit", wording.items[item.id])
    # the codes as answered; who reads them has to turn reversed items, and is told so below
    for code in version.scale.categories:
        _category(variable, str(code), {each.language: each.categories[code] for each in wordings})
    for answer in version.scale.unscored:
        category = _category(variable, answer, {each.language: each.unscored[answer] for each in wordings})
        category.set("missing", "Y")
    if item.reverse:
        turned = "Reversed: scored as lowest code + highest code - answer."
        _child(_child(variable, "derivation"), "drvdesc", turned, "en")
    _child(variable, "notes", f"Anchored to {item.anchor}. This meaning since {item.since}.", "en")


def _category(variable: etree._Element, value: str, labels: dict[str, str]) -> etree._Element:
    category = _child(variable, "catgry")
    _child(category, "catValu", value)
    for language, label in labels.items():
        _child(category, "labl", label, language)
    return category
