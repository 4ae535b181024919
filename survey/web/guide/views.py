"""The leaders' guide on the site: a list of its chapters, and each on a page of its own."""

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from survey.web.guide import chapters
from survey.web.guide.chapters import CHAPTERS, Chapter
from survey.web.platform import languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page

guide = Blueprint("guide", __name__, url_prefix="/guide")


@guide.before_request
def look_for_visitor() -> None:
    """Find out who is signed in, if anybody is: the guide is open to all, and has their way back."""
    g.visitor = sign_ins.current()


@guide.get("")
def contents() -> Response:
    """List the chapters."""
    listed = [_chapter(each) for each in CHAPTERS]
    return render_page("guide/contents.html", gettext("Guide for leaders"), chapters=listed)


@guide.get("/<chapter>")
def chapter(chapter: str) -> Response:
    """Show one chapter, with the ones before and after it."""
    if chapter not in CHAPTERS:
        raise NotFound
    shown, place = _chapter(chapter), CHAPTERS.index(chapter)
    # of our own files, which hold no text of anybody else's
    text = Markup(shown.html(lambda name: url_for("guide.chapter", chapter=name)))  # noqa: S704
    return render_page(
        "guide/chapter.html",
        shown.title,
        text=text,
        written=shown.language,
        here=url_for("guide.chapter", chapter=chapter),
        before=_chapter(CHAPTERS[place - 1]) if place else None,
        after=_chapter(CHAPTERS[place + 1]) if place + 1 < len(CHAPTERS) else None,
    )


def _chapter(name: str) -> Chapter:
    return chapters.chapter(name, languages.current(), context().policy, gettext)
