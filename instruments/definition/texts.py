"""Check what people read: texts missing, unreadable, alike, or with terms that cannot be filled in."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\.([A-Za-z][A-Za-z0-9_]*)\}")
_NOTES = frozenset(["anchor", "indicator", "status", "why"])  # texts that no respondent reads
_FOREIGN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")  # scripts with letters that look Latin
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})  # Unicode categories
# of other categories, and drawn as nothing: joiners, fillers, blank Braille, variation selectors
_DRAWN_AS_NOTHING = frozenset(
    map(
        chr,
        [
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ],
    )
)


def check_texts(draft: DefinitionDraft) -> None:
    """Note every fault of the texts: each text by itself, then what an edition's readers would miss."""
    declared = draft.tree.get("texts", {})
    for path, text in text_leaves(draft.tree):
        # ids are strings too, and judged by their form; what [[changes]] brings is met in the dimensions
        note = path[0] in {"dimensions", "levels", "changes"} and path[-1] in _NOTES
        if note or path[0] == "texts":
            _check_characters(draft, path, text)
        if path[0] == "texts":
            _check_placeholders(draft, path, text)
    for language, shared in declared.items():
        inside = ("texts", language)
        _check_keys(draft, shared, inside)
        for edition, own in shared.get("editions", {}).items():
            _check_keys(draft, own, (*inside, "editions", edition))
    for edition, languages in draft.tree.get("editions", {}).items():
        for language in languages:
            if language in declared:
                _check_edition(draft, edition, language)


def texts_of(tree: Tree, edition: str, language: str) -> Tree:
    """Return the texts of an edition in a language: its own, and under them what all editions share."""
    shared = tree["texts"][language]
    own = shared.get("editions", {}).get(edition, {})
    return overlay({key: value for key, value in shared.items() if key != "editions"}, own)


def overlay(under: Mapping[str, Any], over: Mapping[str, Any]) -> Tree:
    """Return a table with another laid over it: tables are merged, everything else is replaced."""
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = overlay(merged[key], value) if both else value
    return merged


def fill_terms(text: str, terms: Mapping[str, Mapping[str, str]]) -> str:
    """Return a text with its terms filled in, in NFC with single spaces.

    `terms` maps a term to its words by grammatical form. `{Term.form}` begins with a capital letter.
    Raises KeyError for a term or form that is not there: the checks have seen to it.
    """

    def words(match: re.Match[str]) -> str:
        term, form = match[1], match[2]
        found = terms[term[0].lower() + term[1:]][form] if term not in terms else terms[term][form]
        return found[0].upper() + found[1:] if term not in terms else found

    # the content hash rests on this form, so that two ways of typing å are one text
    return unicodedata.normalize("NFC", " ".join(_PLACEHOLDER.sub(words, text).split()))


def text_tables(tree: Tree) -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield each table of texts with the keys it may have, and the code of the fault of any other key.

    A table whose keys are not known, because what declares them is missing or faulty, is left out.
    """
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


def text_leaves(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield each text in tables and lists, with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from text_leaves(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from text_leaves(each, (*path, place))


def _check_characters(draft: DefinitionDraft, path: KeyPath, text: str) -> None:
    """Note characters that nobody sees, and letters of another script that look like Latin ones.

    Both survive proofreading, and two texts that look alike would have different hashes.
    """
    letters = set(text)
    hidden = {c for c in letters if _is_hidden(c)}
    if hidden:
        names = ", ".join(f"U+{ord(c):04X}" for c in sorted(hidden)[:5])
        remedy = "Delete it; it often comes along when copying from a web page."
        draft.add(path, "text-invisible", f"the text holds an invisible character ({names}).", remedy)
    scripts = {_script_of(c) for c in letters if c.isalpha()}
    if "LATIN" in scripts and scripts & set(_FOREIGN):
        foreign = next(c for c in text if unicodedata.name(c, "").startswith(_FOREIGN))
        fault = f"{foreign!r} is {unicodedata.name(foreign)} among Latin letters."
        draft.add(path, "text-mixed-scripts", fault, "Type the Latin letter it looks like.")


# asked of every letter of every text, of which there are few kinds
@cache
def _is_hidden(c: str) -> bool:
    return (unicodedata.category(c) in _INVISIBLE or c in _DRAWN_AS_NOTHING) and c not in "\n\t"


@cache
def _script_of(c: str) -> str:
    """Return the first word of a letter's name: that of its script."""
    return unicodedata.name(c, "").split(" ")[0]


def _check_placeholders(draft: DefinitionDraft, path: KeyPath, text: str) -> None:
    # a brace that is left over is a placeholder with a slip in it, and would be printed as it stands
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        fault = "a brace is not part of a {term.form}."
        draft.add(path, "placeholder-unbalanced", fault, "Write terms as {learners.definite}.")
    # terms are filled in once: a term inside a term would be printed
    if "terms" in path and _PLACEHOLDER.search(text):
        draft.add(path, "term-nested", "a term's words hold a term.", "Write the words themselves.")
        return
    declared = draft.tree.get("terms", {})
    for written, form in _PLACEHOLDER.findall(text):
        term = written if written in declared else written[0].lower() + written[1:]
        if term not in declared:
            known = ", ".join(sorted(declared)) or "none"
            draft.add(path, "term-unknown", f"there is no term {written!r}.", f"[terms] declares: {known}.")
        elif form not in declared[term]:
            known = ", ".join(declared[term])
            fault = f"the term {term!r} declares no form {form!r}."
            draft.add(path, "form-unknown", fault, f"It declares: {known}.")


def _check_keys(draft: DefinitionDraft, texts: Tree, path: KeyPath) -> None:
    """Note texts for items, categories, levels, dimensions, terms and forms that are not declared."""
    for table, known, code in text_tables(draft.tree):
        for key in texts.get(table, {}).keys() - known:
            fault = f"there is text for {key[:80]!r}, which the definition does not have."
            draft.add((*path, table, key), code, fault, f"Known in {table}: {', '.join(sorted(known))}.")
    for term, forms in texts.get("terms", {}).items():
        for form in forms.keys() - set(draft.tree.get("terms", {}).get(term, forms)):
            fault = f"the term {term!r} declares no form {form!r}."
            draft.add((*path, "terms", term, form), "form-unknown", fault, "Declare it under [terms].")


def _check_edition(draft: DefinitionDraft, edition: str, language: str) -> None:
    before = len(draft.problems)
    _check_completeness(draft, edition, language)
    own = draft.tree["texts"][language].get("editions", {})
    if draft.problems[before:] and edition not in own and len(draft.tree["editions"]) > 1:
        del draft.problems[before:]  # one sentence says what a hundred would
        fault = f"the edition {edition!r} lacks texts in {language!r} and has no table of its own there."
        remedy = f"Write {language}.{edition}.toml (in a single file: [texts.{language}.editions.{edition}])."
        draft.add(("editions", edition), "edition-missing", fault, remedy)


def _check_completeness(draft: DefinitionDraft, edition: str, language: str) -> None:
    texts = texts_of(draft.tree, edition, language)
    reader = _Reader(draft, edition, language)
    for key in ("title", "name", "promise", "introduction", "referent"):
        if key not in texts:
            reader.lacks("text-missing", f"has no {key}", (), f"Write {key} = … for all editions or this.")
    for table, known, _ in text_tables(draft.tree):
        for key in sorted(known - texts.get(table, {}).keys() - {""}):
            code = "term-missing" if table == "terms" else "text-missing"
            reader.lacks(code, f"has no words for {table}.{key}", (table,), "Write them.")
    _check_forms(draft, texts, reader)
    _check_dimensions(draft, texts, reader)
    _check_duplicates(texts, reader)


@dataclass(frozen=True)
class _Reader:
    """Note what somebody who reads one edition in one language would miss."""

    draft: DefinitionDraft
    edition: str
    language: str

    def lacks(self, code: str, fault: str, rest: KeyPath, remedy: str) -> None:
        """Note a fault at the deepest table that was written for this reader, their edition's own first."""
        shared: KeyPath = ("texts", self.language)
        own: KeyPath = (*shared, "editions", self.edition)
        depth = {inside: self._depth(inside, rest) for inside in (own, shared)}
        inside = max(depth, key=lambda each: depth[each])
        sentence = f"the edition {self.edition!r} in {self.language!r} {fault}."
        self.draft.add((*inside, *rest), code, sentence, remedy)

    def _depth(self, inside: KeyPath, rest: KeyPath) -> int:
        lengths = range(len(rest) + 1)
        return max((k for k in lengths if (*inside, *rest[:k]) in self.draft.places), default=-1)


def _check_forms(draft: DefinitionDraft, texts: Tree, reader: _Reader) -> None:
    for term, forms in draft.tree.get("terms", {}).items():
        given = texts.get("terms", {}).get(term)
        for form in forms:
            if given is not None and form not in given:
                fault = f"does not give the form {form!r} of {term!r}"
                reader.lacks("form-missing", fault, ("terms", term), f"Write {form} = … there.")


def _check_dimensions(draft: DefinitionDraft, texts: Tree, reader: _Reader) -> None:
    levels = draft.tree.get("levels", {}).get("ids")
    for dimension, given in texts.get("dimensions", {}).items():
        inside: KeyPath = ("dimensions", dimension)
        for key in ("name", "definition"):
            if key not in given:
                reader.lacks("text-missing", f"has no {key} for {dimension!r}", inside, "Write it.")
        rubric = given.get("rubric", [])
        # a rubric may be left out, and is read level by level where it is not
        if levels is not None and rubric and len(rubric) != len(levels):
            fault = f"describes {len(rubric)} levels of {dimension!r}"
            remedy = f"Describe all {len(levels)}, low to high, or none."
            reader.lacks("rubric-number", fault, (*inside, "rubric"), remedy)


def _check_duplicates(texts: Tree, reader: _Reader) -> None:
    """Note items, categories, levels and headings with the same words: nobody could tell them apart."""
    dimensions = texts.get("dimensions", {}).items()
    headings = {key: given.get("heading", given.get("name", "")) for key, given in dimensions}
    alike = {each: texts.get(each, {}) for each in ("items", "categories", "levels")}
    for table, said in {**alike, "dimensions": headings}.items():
        first: dict[str, str] = {}
        for key, text in said.items():
            other = first.setdefault(" ".join(text.split()), key)
            if other != key and text.strip():
                fault = f"has the same words for {other!r} and {key!r}"
                reader.lacks("text-duplicate", fault, (table, key), "Word them apart.")
