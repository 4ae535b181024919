"""Which language a page speaks: what the reader chose, else what the browser asks for."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel

from reports.presentation.locale import LOCALES, get_locale

# each language under its own name, in the order they are offered
NAMES: Mapping[str, str] = MappingProxyType({"nb": "Bokmål", "nn": "Nynorsk", "da": "Dansk", "en": "English"})
# what browsers and people call the same language
_ALIASES: Mapping[str, str] = MappingProxyType({"no": "nb"})
_FALLBACK = "en"
_COOKIE_KEY = "language"


def install(app: Flask) -> None:
    """Let Flask-Babel ask this module for the language of each request."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.config["BABEL_DEFAULT_LOCALE"] = _FALLBACK
    Babel(app, locale_selector=lambda: LOCALES[current()])

    @app.before_request
    def choose_from_address() -> None:
        asked = _from_address()
        if asked is not None:
            choose(asked)


def canonical(tag: str) -> str | None:
    """Return our name of a language tag (`nn-NO` is `nn`, `no` is `nb`), or None for a language we lack."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    primary = _ALIASES.get(primary, primary)
    return primary if primary in NAMES else None


def current() -> str:
    """Return the language of this request; English outside of one."""
    if not has_request_context():
        return _FALLBACK
    # asked for by every sentence of a page, found out once a request
    if "language" not in g:
        g.language = _from_address() or canonical(str(session.get(_COOKIE_KEY, ""))) or _from_browser()
    language: str = g.language
    return language


def choose(language: str) -> None:
    """Remember a reader's choice in the cookie of the pages they are on, and use it at once."""
    session[_COOKIE_KEY] = language
    g.language = language


def _from_address() -> str | None:
    return canonical(request.args.get("language", "")) if request.query_string else None


def _from_browser() -> str:
    # in the order of preference; Werkzeug sorts them by quality
    for tag, quality in request.accept_languages:
        language = canonical(tag)
        if quality > 0 and language is not None:
            return language
    return _FALLBACK


def percent(share: float) -> str:
    """Return a share from 0 to 1 in percent, as the language of the page writes it."""
    return get_locale(current()).share(share)
