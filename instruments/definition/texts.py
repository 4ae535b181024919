"""Every fault in what people read: texts missing, too long, unreadable, or with terms that do not fill."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from instruments.definition import schema
from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\.([A-Za-z][A-Za-z0-9_]*)\}")
_FOREIGN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")  # scripts with letters that look Latin
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def check_texts(draft: DefinitionDraft) -> None:
    """Note every fault of the texts: each text by itself, then what an edition's readers would miss."""
    for language, shared in draft.tree.get("texts", {}).items():
        inside = ("texts", language)
        _each_text(draft, shared, schema.LANGUAGE, inside)
        _each_subject(draft, shared, inside)
        for edition, own in shared.get("editions", {}).items():
            _each_subject(draft, own, (*inside, "editions", edition))
    for edition, languages in draft.tree.get("editions", {}).items():
        for language in languages:
            if language in draft.tree.get("texts", {}):
                _edition(draft, edition, language)


def texts_of(tree: Tree, edition: str, language: str) -> Tree:
    """The texts of an edition in a language: what the language shares, overridden by the edition's own."""
    shared = tree["texts"][language]
    own = shared.get("editions", {}).get(edition, {})
    return overlay({key: value for key, value in shared.items() if key != "editions"}, own)


def overlay(under: Mapping[str, Any], over: Mapping[str, Any]) -> Tree:
    """A table with another laid over it: tables are merged, everything else is replaced."""
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = overlay(merged[key], value) if both else value
    return merged


def fill_terms(text: str, terms: Mapping[str, Mapping[str, str]]) -> str:
    """A text with its terms filled in, in NFC with single spaces; `{Term.form}` begins with a capital."""

    def words(match: re.Match[str]) -> str:
        term, form = match[1], match[2]
        found = terms[term[0].lower() + term[1:]][form] if term not in terms else terms[term][form]
        return found[0].upper() + found[1:] if term not in terms else found

    return unicodedata.normalize("NFC", " ".join(_PLACEHOLDER.sub(words, text).split()))


def check_text(draft: DefinitionDraft, path: KeyPath, text: str, longest: int) -> None:
    """Note what is wrong with a text by itself: empty, too long, invisible characters, mixed scripts."""
    if not text.strip():
        draft.fault(path, "text-empty", "the text is empty.", "Write it, or delete the key.")
    if len(text) > longest:
        fault = f"the text has {len(text)} characters."
        draft.fault(path, "text-long", fault, f"Say it in {longest}.")
    hidden = {c for c in text if unicodedata.category(c) in _INVISIBLE and c not in "\n\t"}
    if hidden:
        names = ", ".join(f"U+{ord(c):04X}" for c in sorted(hidden)[:5])
        remedy = "Delete it; it often comes along when copying from a web page."
        draft.fault(path, "text-invisible", f"the text holds an invisible character ({names}).", remedy)
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha()}
    if "LATIN" in scripts and scripts & set(_FOREIGN):
        foreign = next(c for c in text if unicodedata.name(c, "").startswith(_FOREIGN))
        fault = f"{foreign!r} is {unicodedata.name(foreign)} among Latin letters."
        draft.fault(path, "text-mixed-scripts", fault, "Type the Latin letter it looks like.")


def _each_text(draft: DefinitionDraft, value: object, kind: schema.Kind, path: KeyPath) -> None:
    match kind, value:
        case schema.Text(longest), str():
            check_text(draft, path, value, longest)
            _placeholders(draft, path, value)
        case schema.Fields(kinds), dict():
            for key, each in value.items():
                _each_text(draft, each, kinds[key], (*path, key))
        case schema.Entries(inner), dict():
            for key, each in value.items():
                _each_text(draft, each, inner, (*path, key))
        case schema.ListOf(inner), list():
            for k, each in enumerate(value):
                _each_text(draft, each, inner, (*path, k))


def _placeholders(draft: DefinitionDraft, path: KeyPath, text: str) -> None:
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        fault = "a brace is not part of a {term.form}."
        draft.fault(path, "placeholder-unbalanced", fault, "Write terms as {learners.definite}.")
    if "terms" in path and _PLACEHOLDER.search(text):
        draft.fault(path, "term-nested", "a term's words hold a term.", "Write the words themselves.")
        return
    declared = draft.tree.get("terms", {})
    for written, form in _PLACEHOLDER.findall(text):
        term = written if written in declared else written[0].lower() + written[1:]
        if term not in declared:
            known = ", ".join(sorted(declared)) or "none"
            draft.fault(path, "term-unknown", f"there is no term {written!r}.", f"[terms] declares: {known}.")
        elif form not in declared[term]:
            known = ", ".join(declared[term])
            fault = f"the term {term!r} declares no form {form!r}."
            draft.fault(path, "form-unknown", fault, f"It declares: {known}.")


def subjects(tree: Tree) -> Iterator[tuple[str, frozenset[str], str]]:
    """Each table of texts with the keys it may have and the code for another key, where they are known."""
    dimensions = tree.get("dimensions")
    if dimensions is not None:
        yield "dimensions", frozenset(each.get("id", "") for each in dimensions), "text-stray"
        items = (item.get("id", "") for each in dimensions for item in each.get("items", ()))
        yield "items", frozenset(items), "text-stray"
    scale = tree.get("scale", {})
    if "categories" in scale:
        yield "categories", frozenset(str(code) for code in scale["categories"]), "text-stray"
        yield "unscored", frozenset(scale.get("unscored", ())), "text-stray"
    if "ids" in tree.get("levels", {}):
        yield "levels", frozenset(tree["levels"]["ids"]), "text-stray"
    yield "terms", frozenset(tree.get("terms", {})), "term-stray"


def _each_subject(draft: DefinitionDraft, texts: Tree, path: KeyPath) -> None:
    for table, known, code in subjects(draft.tree):
        for key in texts.get(table, {}).keys() - known:
            fault = f"there is text for {key[:80]!r}, which the definition does not have."
            draft.fault((*path, table, key), code, fault, f"Known in {table}: {', '.join(sorted(known))}.")
    for term, forms in texts.get("terms", {}).items():
        for form in forms.keys() - set(draft.tree.get("terms", {}).get(term, forms)):
            fault = f"the term {term!r} declares no form {form!r}."
            draft.fault((*path, "terms", term, form), "form-unknown", fault, "Declare it under [terms].")


def _edition(draft: DefinitionDraft, edition: str, language: str) -> None:
    before = len(draft.problems)
    _missing(draft, edition, language)
    own = draft.tree["texts"][language].get("editions", {})
    if draft.problems[before:] and edition not in own and len(draft.tree["editions"]) > 1:
        del draft.problems[before:]  # one sentence says what a hundred would
        fault = f"the edition {edition!r} lacks texts in {language!r} and has no table of its own there."
        remedy = f"Write {language}.{edition}.toml (in a single file: [texts.{language}.editions.{edition}])."
        draft.fault(("editions", edition), "edition-missing", fault, remedy)


def _missing(draft: DefinitionDraft, edition: str, language: str) -> None:
    texts = texts_of(draft.tree, edition, language)
    reader = _Reader(draft, edition, language)
    for key in ("title", "name", "promise", "introduction", "referent"):
        if key not in texts:
            reader.lacks("text-missing", f"has no {key}", (), f"Write {key} = … for all editions or this.")
    for table, known, _ in subjects(draft.tree):
        for key in sorted(known - texts.get(table, {}).keys() - {""}):
            code = "term-missing" if table == "terms" else "text-missing"
            reader.lacks(code, f"has no words for {table}.{key}", (table,), "Write them.")
    _missing_forms(draft, texts, reader)
    _dimension_texts(draft, texts, reader)
    _same_words(texts, reader)


@dataclass(frozen=True)
class _Reader:
    """Somebody who reads one edition in one language, and what they miss."""

    draft: DefinitionDraft
    edition: str
    language: str

    def lacks(self, code: str, fault: str, rest: KeyPath, remedy: str) -> None:
        shared: KeyPath = ("texts", self.language)
        own: KeyPath = (*shared, "editions", self.edition)
        depth = {inside: self._known(inside, rest) for inside in (own, shared)}
        inside = max(depth, key=lambda each: depth[each])
        sentence = f"the edition {self.edition!r} in {self.language!r} {fault}."
        self.draft.fault((*inside, *rest), code, sentence, remedy)

    def _known(self, inside: KeyPath, rest: KeyPath) -> int:
        """How much of a path was written; the deepest table is the best place to name."""
        lengths = range(len(rest) + 1)
        return max((k for k in lengths if (*inside, *rest[:k]) in self.draft.places), default=-1)


def _missing_forms(draft: DefinitionDraft, texts: Tree, reader: _Reader) -> None:
    for term, forms in draft.tree.get("terms", {}).items():
        given = texts.get("terms", {}).get(term)
        for form in forms:
            if given is not None and form not in given:
                fault = f"does not give the form {form!r} of {term!r}"
                reader.lacks("form-missing", fault, ("terms", term), f"Write {form} = … there.")


def _dimension_texts(draft: DefinitionDraft, texts: Tree, reader: _Reader) -> None:
    levels = draft.tree.get("levels", {}).get("ids")
    for dimension, given in texts.get("dimensions", {}).items():
        inside: KeyPath = ("dimensions", dimension)
        for key in ("name", "definition"):
            if key not in given:
                reader.lacks("text-missing", f"has no {key} for {dimension!r}", inside, "Write it.")
        rubric = given.get("rubric", [])
        if levels is not None and rubric and len(rubric) != len(levels):
            fault = f"describes {len(rubric)} levels of {dimension!r}"
            remedy = f"Describe all {len(levels)}, low to high, or none."
            reader.lacks("rubric-number", fault, (*inside, "rubric"), remedy)


def _same_words(texts: Tree, reader: _Reader) -> None:
    for table in ("items", "categories", "levels"):
        first: dict[str, str] = {}
        for key, text in texts.get(table, {}).items():
            other = first.setdefault(" ".join(text.split()), key)
            if other != key and text.strip():
                fault = f"has the same words for {other!r} and {key!r}"
                reader.lacks("text-duplicate", fault, (table, key), "Word them apart.")
