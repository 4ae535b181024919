"""Build the frozen version that a checked draft describes, and the hash of what it says."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

from instruments.definition.loader import Tree
from instruments.definition.texts import fill_terms, texts_of
from instruments.model import (
    ChangelogEntry,
    Dimension,
    DimensionWording,
    DiscussionSheet,
    Item,
    Levels,
    Rubric,
    Scale,
    Version,
    Wording,
)

_Terms = Mapping[str, Mapping[str, str]]


def build(tree: Tree, family: str, since: Mapping[str, str]) -> Version:
    """Return the version of a checked tree.

    `family` is the name of the instrument its items come from. `since` maps the items whose meaning is
    older than this version to the reference of the version it comes from.
    """
    reference = f"{tree['name']}@{tree['version']}"
    # without a hash first: the hash is taken of the finished value
    version = Version(
        name=tree["name"],
        number=tree["version"],
        scale=Scale(tuple(tree["scale"]["categories"]), tuple(tree["scale"].get("unscored", ()))),
        minimum_answered=float(tree["scoring"]["minimum_answered"]),
        levels=_levels(tree["levels"]),
        dimensions=tuple(_dimension(each, since, reference) for each in tree["dimensions"]),
        editions=MappingProxyType({name: tuple(tags) for name, tags in tree["editions"].items()}),
        wordings=MappingProxyType(
            {
                (edition, language): _wording(tree, edition, language)
                for edition, languages in tree["editions"].items()
                for language in languages
            }
        ),
        content_hash="",
        family=family,
        based_on=tree.get("based_on", ""),
        changes=tuple(_change(each) for each in tree.get("changes", ())),
    )
    return replace(version, content_hash=_content_hash(version))


def _content_hash(version: Version) -> str:
    """Return the SHA-256 of everything a version says, in hexadecimal.

    It is taken of the version, not of its files: key order, whitespace, line ends, Unicode normalisation
    and what stands in which file do not change it; a letter that somebody reads does.
    """
    content = _canonical(version)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> Any:  # noqa: ANN401 - JSON is any value
    if is_dataclass(value):
        # what has its default is left out, so that a field the model gains later alters no older version
        said = {field.name: getattr(value, field.name) for field in fields(value) if _is_said(value, field)}
        return {name: _canonical(each) for name, each in said.items()}
    if isinstance(value, Mapping):
        return {_key(key): _canonical(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_canonical(each) for each in value]
    return _plain(value) if isinstance(value, str) else value


def _is_said(value: object, field: Field[Any]) -> bool:
    return field.name != "content_hash" and getattr(value, field.name) != field.default


def _key(key: object) -> str:
    # JSON has text keys only; codes are numbers, and wordings are by edition and language
    return ".".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _plain(text: str) -> str:
    # one text, however it was typed: composed letters, single spaces
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _levels(table: Tree) -> Levels:
    return Levels(tuple(table["ids"]), tuple(float(cut) for cut in table["cuts"]), _plain(table["status"]))


def _dimension(table: Tree, since: Mapping[str, str], reference: str) -> Dimension:
    items = tuple(
        Item(
            each["id"],
            _plain(each["indicator"]),
            _plain(each["anchor"]),
            reverse=each.get("reverse", False),
            since=since.get(each["id"], reference),
        )
        for each in table["items"]
    )
    return Dimension(table["id"], _plain(table["anchor"]), items)


def _change(table: Tree) -> ChangelogEntry:
    # the check has seen to it that there is one of them
    subject = table.get("item") or table["text"]
    return ChangelogEntry(table["kind"], subject, _plain(table["why"]), table.get("by", ""))


def _wording(tree: Tree, edition: str, language: str) -> Wording:
    texts = texts_of(tree, edition, language)
    terms = texts.get("terms", {})

    def filled(table: str) -> dict[str, str]:
        return {key: fill_terms(text, terms) for key, text in texts.get(table, {}).items()}

    return Wording(
        edition=edition,
        language=language,
        title=fill_terms(texts["title"], terms),
        edition_name=fill_terms(texts["name"], terms),
        promise=fill_terms(texts["promise"], terms),
        introduction=tuple(fill_terms(paragraph, terms) for paragraph in texts["introduction"]),
        referent=fill_terms(texts["referent"], terms),
        items=MappingProxyType(filled("items")),
        categories=MappingProxyType({int(code): text for code, text in filled("categories").items()}),
        unscored=MappingProxyType(filled("unscored")),
        levels=MappingProxyType(filled("levels")),
        dimensions=MappingProxyType(
            {key: _dimension_wording(each, terms) for key, each in texts["dimensions"].items()}
        ),
        terms=MappingProxyType(
            {
                f"{term}.{form}": fill_terms(words, {})
                for term, forms in terms.items()
                for form, words in forms.items()
            }
        ),
        sheet=_sheet(texts["sheet"], terms) if "sheet" in texts else None,
        subtitle=fill_terms(texts.get("subtitle", ""), terms),
    )


def _sheet(table: Tree, terms: _Terms) -> DiscussionSheet:
    return DiscussionSheet(
        fill_terms(table["title"], terms),
        fill_terms(table["note"], terms),
        tuple(fill_terms(each, terms) for each in table["questions"]),
    )


def _dimension_wording(table: Tree, terms: _Terms) -> DimensionWording:
    return DimensionWording(
        name=fill_terms(table["name"], terms),
        heading=fill_terms(table["heading"] if "heading" in table else table["name"], terms),
        definition=fill_terms(table["definition"], terms),
        questions=tuple(fill_terms(each, terms) for each in table.get("questions", ())),
        rubric=tuple(
            Rubric(fill_terms(each["sign"], terms), fill_terms(each["evidence"], terms))
            for each in table.get("rubric", ())
        ),
        first_steps=tuple(fill_terms(each, terms) for each in table.get("first_steps", ())),
    )
