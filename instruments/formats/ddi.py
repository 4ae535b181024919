"""Write an edition as DDI-Codebook 2.5: the questionnaire as data archives describe one."""

from lxml import etree

from instruments.formats.ddi_elements import add, add_category, codebook, written
from instruments.model import Dimension, Item, Version, Wording


def ddi_bytes(version: Version, edition: str) -> bytes:
    """Return the codebook: a `varGrp` for each dimension, a `var` for each item, in every language.

    Unscored answers are categories marked as missing. Raises KeyError where the version lacks the edition.
    """
    wordings = [version.wording(edition, language) for language in version.editions[edition]]
    root = codebook()
    _study(root, version, wordings)
    data = add(root, "dataDscr")
    # the schema wants all groups before the first variable
    for dimension in version:
        _group(data, dimension, wordings)
    for dimension in version:
        for item in dimension.items:
            _variable(data, version, item, wordings)
    return written(root, wordings[0].language)


def _study(root: etree._Element, version: Version, wordings: list[Wording]) -> None:
    study = add(root, "stdyDscr")
    titles = add(add(study, "citation"), "titlStmt")
    first, *others = wordings
    add(titles, "titl", f"{first.title} ({first.edition_name})", first.language)
    for wording in others:
        add(titles, "parTitl", f"{wording.title} ({wording.edition_name})", wording.language)
    add(titles, "IDNo", f"{version.reference}; SHA-256 {version.content_hash}")
    information = add(study, "stdyInfo")
    for wording in wordings:
        add(information, "abstract", " ".join(wording.introduction), wording.language)
    collection = add(add(study, "method"), "dataColl")
    add(collection, "collMode", "Self-administered questionnaire", "en")


def _group(data: etree._Element, dimension: Dimension, wordings: list[Wording]) -> None:
    group = add(
        data,
        "varGrp",
        ID=f"G_{dimension.id}",
        type="subject",
        name=dimension.id,
        var=" ".join(f"V_{item.id}" for item in dimension.items),
    )
    for wording in wordings:
        add(group, "labl", wording.dimensions[dimension.id].name, wording.language)
    for wording in wordings:
        add(group, "txt", wording.dimensions[dimension.id].definition, wording.language)


def _variable(data: etree._Element, version: Version, item: Item, wordings: list[Wording]) -> None:
    variable = add(data, "var", ID=f"V_{item.id}", name=item.id, intrvl="discrete")
    add(variable, "labl", item.indicator, "en")
    for wording in wordings:
        question = add(variable, "qstn", language=wording.language)
        add(question, "preQTxt", wording.referent)
        add(question, "qstnLit", wording.items[item.id])
    # the codes as answered; who reads them has to turn reversed items, and is told so below
    for code in version.scale.categories:
        add_category(variable, str(code), {each.language: each.categories[code] for each in wordings})
    for answer in version.scale.unscored:
        labels = {each.language: each.unscored[answer] for each in wordings}
        add_category(variable, answer, labels, missing="Y")
    if item.reverse:
        turned = "Reversed: scored as lowest code + highest code - answer."
        add(add(variable, "derivation"), "drvdesc", turned, "en")
    add(variable, "notes", f"Anchored to {item.anchor}. This meaning since {item.since}.", "en")
