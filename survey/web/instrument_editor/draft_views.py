"""Instrument editors: what is missing of a questionnaire that was read is written, checked and taken along.

Whatever is typed is kept as it is, and the check says beside it what is wrong: nothing is lost on a fault.
Nothing is published here: the definition is downloaded, and an operator puts it where questionnaires are.
"""

from typing import Final

from flask import flash, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.formats.foreign import editing
from instruments.formats.foreign.editing import TextPath
from survey.web.instrument_editor.blueprint import instrument_editor
from survey.web.instrument_editor.draft_entries import (
    StatementEntry,
    entry,
    field_name,
    missing_around,
    missing_in,
    page_of,
)
from survey.web.instrument_editor.held_questionnaire import HeldQuestionnaire, held, store
from survey.web.instrument_editor.loss_texts import said
from survey.web.platform import languages
from survey.web.platform.file_names import definition_name
from survey.web.platform.rendering import download, redirect_to, render_page

STATEMENTS: Final = 10  # of a dimension on one page: a form has so many fields, and a phone so much room
_TOML: Final = "application/toml"


@instrument_editor.get("/read/found")
def show_foreign() -> AnyResponse:
    """Show what is kept of the file, what is not and why, and what is to be written."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    found = now.found
    tags = list(found.tree["texts"])
    shown = languages.current() if languages.current() in tags else tags[0]
    return render_page(
        "instrument_editor/foreign_found.html",
        gettext("What was read of the file"),
        found=found,
        shown=shown,
        texts=found.tree["texts"][shown],
        names=languages.NAMES,
        losses=[(each.place, said(each)) for each in found.losses],
        missing={tag: missing_around(found, tag) for tag in tags},
        missing_in={each["id"]: missing_in(found, each["id"]) for each in found.tree["dimensions"]},
        findings=[(page_of(found, found.path_of(each)), str(each)) for each in found.faults],
    )


@instrument_editor.get("/read/definition")
def download_foreign() -> AnyResponse:
    """Give the definition as a file."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    name = definition_name(now.found.tree["name"], now.found.tree["version"])
    return download(now.found.text.encode(), _TOML, name)


@instrument_editor.post("/read/languages")
def choose_languages() -> AnyResponse:
    """Write the questionnaire in these languages; texts of others are laid aside, and come back with them."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    known = [*now.found.tree["texts"], *languages.NAMES]
    chosen = [tag for tag in dict.fromkeys(known) if tag in request.form.getlist("languages")]
    if chosen:
        tree, aside = editing.with_languages(now.found.tree, chosen, now.aside)
        store(tree, now, aside)
        flash(gettext("Saved."))
    else:
        flash(gettext("Choose at least one language."))
    return redirect_to("instrument_editor.show_foreign")


@instrument_editor.get("/read/texts/<tongue>")
def ask_texts(tongue: str) -> AnyResponse:
    """Show what is read around the statements in a language, to be written."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    _require_language(now, tongue)
    texts = editing.frame_texts(now.found.tree, tongue)
    return render_page(
        "instrument_editor/draft_texts.html",
        gettext("Texts around the statements"),
        tag=tongue,
        names=languages.NAMES,
        entries=[entry(now.found, tongue, path, text) for path, text in texts.items()],
    )


@instrument_editor.post("/read/texts/<tongue>")
def keep_texts(tongue: str) -> AnyResponse:
    """Keep what was written, and show it with what the check says."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    _require_language(now, tongue)
    given = _given(tongue, editing.frame_texts(now.found.tree, tongue))
    store(editing.with_texts(now.found.tree, tongue, given), now)
    flash(gettext("Saved."))
    return redirect_to("instrument_editor.ask_texts", tongue=tongue)


@instrument_editor.post("/read/dimensions")
def add_dimension() -> AnyResponse:
    """Add a dimension without statements."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    name, tags = " ".join(request.form.get("name", "").split()), list(now.found.tree["texts"])
    if name:
        tag = languages.current() if languages.current() in tags else tags[0]
        store(editing.with_dimension(now.found.tree, name, tag), now)
        flash(gettext("Saved."))
    else:
        flash(gettext("Write a name for the dimension."))
    return redirect_to("instrument_editor.show_foreign")


@instrument_editor.get("/read/dimensions/<dimension>")
def ask_dimension(dimension: str) -> AnyResponse:
    """Show a dimension and some of its statements, to be written in all languages."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    found, tree = now.found, now.found.tree
    part, tags, first = _dimension(now, dimension), list(tree["texts"]), _first()
    return render_page(
        "instrument_editor/draft_dimension.html",
        _title(now, dimension),
        part=part,
        first=first,
        shown=STATEMENTS,
        names=languages.NAMES,
        entries=[
            entry(found, tag, path, text)
            for tag in tags
            for path, text in editing.dimension_texts(tree, tag, dimension).items()
        ],
        statements=[
            StatementEntry(
                item["id"],
                number,
                tuple(
                    entry(found, tag, ("items", item["id"]), editing.item_text(tree, tag, item["id"]))
                    for tag in tags
                ),
                bool(item.get("reverse")),
            )
            for number, item in list(enumerate(part["items"], 1))[first : first + STATEMENTS]
        ],
        dimensions=[(each["id"], _title(now, each["id"])) for each in tree["dimensions"]],
    )


@instrument_editor.post("/read/dimensions/<dimension>")
def keep_dimension(dimension: str) -> AnyResponse:
    """Keep what was written of a dimension and of the statements that the page showed."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    part, tree = _dimension(now, dimension), now.found.tree
    shown = [each["id"] for each in part["items"] if f"in.{each['id']}" in request.form]
    made = tree
    for tag in tree["texts"]:
        asked = editing.dimension_texts(tree, tag, dimension)
        asked |= {("items", each): "" for each in shown}
        made = editing.with_texts(made, tag, _given(tag, asked))
    goals = {each: request.form[f"in.{each}"] for each in shown}
    turned = {each: f"reverse.{each}" in request.form for each in shown}
    store(editing.with_items(made, goals, turned), now)
    flash(gettext("Saved."))
    return redirect_to("instrument_editor.ask_dimension", dimension=dimension, first=_first())


@instrument_editor.post("/read/dimensions/<dimension>/remove")
def remove_dimension(dimension: str) -> AnyResponse:
    """Remove a dimension that has no statements."""
    now = held()
    if now is None:
        return redirect_to("instrument_editor.ask_foreign")
    _dimension(now, dimension)
    store(editing.without_dimension(now.found.tree, dimension), now)
    return redirect_to("instrument_editor.show_foreign")


def _first() -> int:
    """Return the place of the first statement that a page shows: the address names it."""
    asked = request.args.get("first", "")
    return int(asked) // STATEMENTS * STATEMENTS if asked.isdecimal() and len(asked) < len("1000") else 0


def _require_language(now: HeldQuestionnaire, tag: str) -> None:
    if tag not in now.found.tree["texts"]:
        raise NotFound


def _dimension(now: HeldQuestionnaire, key: str) -> dict[str, list[dict[str, str]]]:
    found = next((each for each in now.found.tree["dimensions"] if each["id"] == key), None)
    if found is None:
        raise NotFound
    return dict(found)


def _title(now: HeldQuestionnaire, dimension: str) -> str:
    """Return a dimension's name in the reader's language, or in another, or its id."""
    tags = [languages.current(), *now.found.tree["texts"]]
    written = (editing.dimension_texts(now.found.tree, tag, dimension) for tag in tags)
    return next((name for each in written if (name := each["dimensions", dimension, "name"])), dimension)


def _given(tag: str, asked: dict[TextPath, str]) -> dict[TextPath, str]:
    """Return the texts that came for those asked for; one that did not come stays."""
    names = {path: field_name(tag, path) for path in asked}
    return {path: request.form[name] for path, name in names.items() if name in request.form}
