"""Which language a page speaks: what the reader chose, else what the browser asks for."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, Domain, force_locale

from instruments.languages import LANGUAGES, SOURCE
from reports.presentation.locale import LOCALES, get_locale
from survey.web.platform.words import words_in

# each language under its own name, in the order they are offered
NAMES: Mapping[str, str] = MappingProxyType({tag: each.name for tag, each in LANGUAGES.items()})
# what browsers and people call the same language
_ALIASES: Mapping[str, str] = MappingProxyType(
    {other: tag for tag, each in LANGUAGES.items() for other in each.also}
)
_COOKIE_KEY = "language"
_AS_SENT = "surrogateescape"


class _Catalogues(Domain):
    """Find the catalogue of a page by its language, of which CLDR need not know how it writes dates."""

    def get_translations(self) -> Translations | NullTranslations:
        """Return the sentences of the language of this request, read once."""
        return words_in(current()).catalogue


def install(app: Flask) -> None:
    """Let Flask-Babel ask this module for the language of each request."""
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    babel = Babel()
    babel.domain_instance = _Catalogues()
    babel.init_app(app, locale_selector=lambda: LOCALES[current()])
    app.before_request(choose_from_address)


def canonical(tag: str) -> str | None:
    """Return our name of a language tag (`nn-NO` is `nn`, `no` is `nb`), or None for a language we lack."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    primary = _ALIASES.get(primary, primary)
    return primary if primary in NAMES else None


def current() -> str:
    """Return the language of this request; English outside of one."""
    if not has_request_context():
        return SOURCE
    # asked for by every sentence of a page, found out once a request
    if "language" not in g:
        g.language = _from_address() or canonical(str(session.get(_COOKIE_KEY, ""))) or _from_browser()
    language: str = g.language
    return language


def current_among(offered: Collection[str], otherwise: str) -> str:
    """Return the language of this request where it is one of those offered, else the other one."""
    return current() if current() in offered else otherwise


def choose(language: str) -> None:
    """Remember a reader's choice in the cookie of the pages they are on, and use it at once."""
    session[_COOKIE_KEY] = language
    g.language = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say whatever is said within it in another language than the page's."""
    spoken = current()
    g.language = language
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        g.language = spoken


def choose_from_address() -> None:
    """Remember the language that this request's address asks for, if it asks for one."""
    asked = _from_address()
    if asked is not None:
        choose(asked)


def address(language: str, page: str = "") -> str:
    """Return where the page of this request is read in a language; what its address asks for stays asked for.

    `page` is where it is read, if that is not the request's own address. A form that is sent to an address
    without a page of its own is answered on that of the nearest address above.
    """
    own = f"{request.script_root}{request.path}"
    read_at = page or _nearest_page()
    # from the bytes that were sent: what is not UTF-8 among them stays the same bytes
    sent = request.query_string.decode("ascii", "replace") if read_at == own else ""
    asked = parse_qsl(sent, keep_blank_values=True, errors=_AS_SENT)
    others = [(name, value) for name, value in asked if name != "language"]
    query = urlencode([*others, ("language", language)], errors=_AS_SENT)
    return f"?{query}" if read_at == own else f"{read_at}?{query}"


def _nearest_page() -> str:
    path = request.path
    if request.method != "GET":
        pages = current_app.create_url_adapter(request)
        while pages is not None and path != "/" and not pages.test(path, "GET"):
            path = path.rpartition("/")[0] or "/"
    return f"{request.script_root}{path}"


def _from_address() -> str | None:
    return canonical(request.args.get("language", "")) if request.query_string else None


def _from_browser() -> str:
    # in the order of preference; Werkzeug sorts them by quality
    for tag, quality in request.accept_languages:
        language = canonical(tag)
        if quality > 0 and language is not None:
            return language
    return SOURCE


def percent(share: float) -> str:
    """Return a share from 0 to 1 in percent, as the language of the page writes it."""
    return get_locale(current()).share(share)


def points(value: float, decimals: int) -> str:
    """Return a number of scale points, as the language of the page writes it."""
    return get_locale(current()).number(value, decimals)
