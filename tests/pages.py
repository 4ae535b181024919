"""A browser for tests that checks every page it fetches, and fills in forms as a person would."""

import re
from collections import defaultdict
from functools import cache, cached_property
from itertools import chain
from urllib.parse import parse_qs, urljoin, urlsplit

import cssselect2
from babel.support import Translations
from flask import Flask
from werkzeug.http import parse_options_header

from instruments.languages import LANGUAGES
from survey.web.platform import headers
from tests.html_trees import tree
from tests.paths import REPOSITORY

TRANSLATIONS = REPOSITORY / "survey" / "web" / "translations"
LARGEST_PAGE = 22_000  # bytes: a page of eight items with all that is read aloud of them

SCRIPTED = re.compile(
    r"/account/(passkey|passkeys/new|second-factor|proof)|/sheet|(/rehearsal)?/answer/\d+|/paper/(form|correct)|/leader/\w+/\w+/(announcements|answering-time\.ics)"
)


@cache
def finder(selector):
    """The names of the parts that a selector can find, and whether a part is one of them.

    Compiled once, since every page is asked the same; None for the names where it asks for none.
    """
    compiled = cssselect2.compile_selector_list(selector)
    names = [{each.local_name, each.lower_local_name} - {None} for each in compiled]
    tests = [each.test for each in compiled]
    test = tests[0] if len(tests) == 1 else lambda part: any(each(part) for each in tests)
    return (set().union(*names) if all(names) else None), test


class Element:
    """A part of a page, found by CSS selectors; its attributes are its keys."""

    def __init__(self, wrapped):
        self.wrapped = wrapped
        self.attributes = wrapped.etree_element.attrib
        self.name = wrapped.local_name

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    def select(self, selector):
        return list(self._found(selector))

    def first(self, selector):
        """The first part the selector finds; None where there is none."""
        return next(self._found(selector), None)

    @cached_property
    def listed(self):
        """The parts by their names, as what checks a page asks for them."""
        return Listed(self.wrapped.etree_element)

    @cached_property
    def parts(self):
        """This part and all that is in it, listed once: a page is asked forty times."""
        return list(self.wrapped.iter_subtree())

    @cached_property
    def parts_by_name(self):
        """The places of these parts in the list, by their names."""
        places = defaultdict(list)
        for place, part in enumerate(self.parts):
            places[part.local_name].append(place)
        return places

    def _found(self, selector):
        names, test = finder(selector)
        if names is None:
            asked = self.parts
        else:
            places = sorted(chain.from_iterable(self.parts_by_name.get(name, ()) for name in names))
            asked = [self.parts[place] for place in places]
        return (Element(part) for part in asked if test(part))

    @property
    def form(self):
        """The form around this part."""
        return next(Element(each) for each in self.wrapped.ancestors if each.local_name == "form")

    @property
    def text(self):
        return "".join(self.wrapped.etree_element.itertext()).strip()


def saved_name(reply):
    """The name that a browser gives the file of a reply."""
    return parse_options_header(reply.headers["Content-Disposition"])[1]["filename"]


class Browser:
    """Keeps cookies like a browser and checks each page; `page` is the last one, parsed.

    Paths are said as they are below the public address, as people say them.
    """

    def __init__(self, app, address):
        self.client = app.test_client()
        parts = urlsplit(address)
        self.address, self.root = f"{parts.scheme}://{parts.netloc}", parts.path
        self.https = address.startswith("https:")
        self.page = None
        self.reply = None
        self.is_kiosk = False

    def get(self, path, status=200, **sent):
        """Fetch a page and follow where it leads."""
        return self._arrive(self.client.get(self.root + path, base_url=self.address, **sent), status)

    def post(self, path, fields, status=200, **sent):
        """Send fields as they are, and follow where the reply leads."""
        reply = self.client.post(self.root + path, data=fields, base_url=self.address, **sent)
        return self._arrive(reply, status)

    def submit(self, fields=None, press=None, status=200):
        """Fill in the form of the page that holds `press`, as a browser would send it."""
        button = self._button(press)
        form = button.form
        sent = {}
        for each in form.select("input[name], select[name], textarea[name]"):
            if each.get("type") == "checkbox":
                if "checked" in each.attributes:
                    sent.setdefault(each["name"], []).append(each["value"])
            elif each.get("type") == "radio":
                if "checked" in each.attributes:
                    sent[each["name"]] = each["value"]
            elif each.name == "select":
                chosen = each.first("option[selected]") or each.first("option")
                sent[each["name"]] = chosen["value"]
            elif each.name == "textarea":
                sent[each["name"]] = each.text
            else:
                sent[each["name"]] = each.get("value", "")
        if button.get("name"):
            sent[button["name"]] = button["value"]
        target = form.get("action") or self.reply.request.script_root + self.reply.request.full_path
        assert target.startswith(f"{self.root}/"), f"leads away: {target}"
        return self.post(target.removeprefix(self.root), {**sent, **(fields or {})}, status)

    def token(self):
        return self.page.first("input[name=csrf_token]")["value"]

    @property
    def heading(self):
        return self.page.first("h1").text

    @property
    def path(self):
        return urlsplit(self.reply.request.url).path.removeprefix(self.root)

    def cookies(self):
        return self.reply.headers.getlist("Set-Cookie")

    def _button(self, press):
        buttons = self.page.select("main button")
        found = [b for b in buttons if press in {None, b.get("value"), b.text, b.form.get("action")}]
        assert found, f"no button {press!r} on {self.path}"
        return found[0]

    def _is_scripted(self, reply):
        """Whether it may run a script: where sheets, forms or texts are typed, statements, on a kiosk."""
        path = reply.request.path.removeprefix(self.root)
        allowed = "script-src" in reply.headers.get("Content-Security-Policy", "")
        scripted = self.is_kiosk or SCRIPTED.fullmatch(path)
        assert not allowed or scripted, f"a script on {path}"
        return allowed

    def _arrive(self, reply, status):
        check_headers(reply, https=self.https, scripted=self._is_scripted(reply))
        while reply.status_code in {301, 302, 303, 307, 308}:
            assert reply.location.startswith(f"{self.root}/"), f"leads away: {reply.location}"
            assert not reply.location.startswith("//"), f"leads away: {reply.location}"
            reply = self.client.get(reply.location, base_url=self.address)
            check_headers(reply, https=self.https, scripted=self._is_scripted(reply))
        self.reply = reply
        assert reply.status_code == status, f"{reply.status_code} instead of {status}: {reply.text[:600]}"
        if reply.mimetype == "text/html":
            self.page = check_page(reply.text, status, scripted=self._is_scripted(reply))
            check_addresses(self.page, self.root)
            check_language_links(self.page, reply.request, self.client.application)
        return self


def check_headers(reply, *, https, scripted=False):
    """Exactly the headers of a page: no more, and none with another value."""
    expected = dict(headers._ALWAYS)
    if scripted:
        expected["Content-Security-Policy"] += "; script-src 'self'"
    if https:
        expected["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    names = {
        "Content-Type",
        "Content-Length",
        "Location",
        "Set-Cookie",
        "Allow",
        "Retry-After",
        "Content-Disposition",
    }
    sent = {name: value for name, value in reply.headers.items() if name not in names | {"Date"}}
    if reply.mimetype == "text/html":
        expected["Cache-Control"] = "no-store"
        assert sent == expected


@cache
def word_for_error(language):
    """What the title of a page that is an error starts with."""
    return Translations.load(TRANSLATIONS, [language]).gettext("Error")


def check_page(text, status, *, scripted=False):
    """What every page has to be; returns it parsed. One alone has a script, in a file of ours."""
    assert len(text.encode()) <= LARGEST_PAGE, f"{len(text.encode())} bytes"
    page = Element(cssselect2.ElementWrapper.from_html_root(tree(text)))
    parts = page.listed
    assert page["lang"] in LANGUAGES
    assert len(parts["h1"]) == 1
    heading, title = words(parts["h1"][0]), words(parts["title"][0])
    if status >= 400:
        word = f"{word_for_error(page['lang'])}: "
        assert title.startswith(word), title
        title = title.removeprefix(word)
    assert title == f"{heading} – Kjennetegn"
    ids = parts.values_of("id")
    assert len(ids) == len(set(ids))
    check_fields(parts)
    check_listings(parts)
    check_sentences(parts)
    for button in parts.within_main("button"):
        assert {"button", "link"} & classes(button), f"as small as its letters: {words(button)}"
    assert {words(each) for each in parts["script"]} == ({""} if scripted else set())
    assert all(each.get("src") for each in parts["script"])
    assert not parts["style"] + parts["iframe"] + parts["object"] + parts["embed"]
    assert not [name for name in parts.attributes if name == "style" or name.startswith("on")]
    for address in parts.values_of("href", "src"):
        assert not urlsplit(address).netloc, f"a third party: {address}"
    return page


class Listed(dict):
    """The parts of a page by their names, listed once, without the selectors that take longer."""

    def __init__(self, root):
        super().__init__()
        self.every = list(root.iter())
        for part in self.every:
            self.setdefault(part.tag, []).append(part)
        self.attributes = {name for part in self.every for name in part.attrib}

    def __missing__(self, name):
        return []

    def values_of(self, *attributes):
        """What each part that has one of the attributes holds there."""
        return [part.get(name) for part in self.every for name in attributes if name in part.attrib]

    def within_main(self, *names):
        return [part for main in self["main"] for part in main.iter() if part.tag in names]


def words(part):
    return "".join(part.itertext()).strip()


def classes(part):
    return set(part.get("class", "").split())


def check_addresses(page, root):
    """Every address on the page is one below the public address, or on the page itself."""
    for address in page.listed.values_of("href", "src", "action"):
        assert address.startswith((f"{root}/", "#", "?")), f"leads away: {address}"


def check_language_links(page, request, app):
    """Another language leads to a page that is there, and what the address asks for stays asked for."""
    # a server that is a process of its own cannot be asked which pages there are
    pages = app.create_url_adapter(request) if isinstance(app, Flask) else None
    tongues = [part for part in page.listed["nav"] if "tongues" in classes(part)]
    addresses = [link.get("href", "") for part in tongues for link in part.iter("a")]
    for address in addresses:
        if "language=" not in address:
            continue
        to = urlsplit(urljoin(f"{request.script_root}{request.path}", address))
        path = to.path.removeprefix(request.script_root)
        queries = request.query_string.decode(), to.query
        asked, kept = ({**parse_qs(each), "language": []} for each in queries)
        is_there = request.method == "GET" or pages is None or pages.test(path, "GET")
        assert is_there, f"no page: {to.path}"
        assert path != request.path or kept == asked, f"asked for {asked}, and in another language {kept}"


def check_listings(parts):
    """Where a table is read as a list, each cell says the name that stands above its column."""
    for table in parts["table"]:
        if "listing" in classes(table):
            names = [words(each) for head in table.iter("thead") for each in head.iter("th")]
            for row in (row for body in table.iter("tbody") for row in body.iter("tr")):
                assert [each.attrib["data-column"] for each in row.iter("td")] == names[1:]


def check_sentences(parts):
    """Between two sentences of a paragraph there is a space."""
    for each in parts.within_main("p", "figcaption"):
        assert not re.search(r"[a-zæøå»”)][.:?][A-ZÆØÅ«“][a-zæøå]", words(each)), words(each)


def check_fields(parts):
    """Every field has its label, every group its legend, every form its token, every picture its text."""
    by_id = {part.get("id"): part for part in parts.every if "id" in part.attrib}
    labelled = {each.attrib["for"] for each in parts["label"]}
    assert labelled <= by_id.keys()
    assert all(words(each) for each in parts["label"])
    shown = [each for each in parts["input"] if each.get("type") != "hidden"]
    for each in shown + parts["select"] + parts["textarea"] + parts["progress"]:
        assert each.attrib["id"] in labelled, f"no label: {each.attrib}"
    told = " ".join(parts.values_of("aria-describedby", "aria-labelledby"))
    assert set(told.split()) <= by_id.keys()
    for each in parts["fieldset"]:
        assert words(next(each.iter("legend")))
    for each in parts["form"]:
        tokens = [field for field in each.iter("input") if field.get("name") == "csrf_token"]
        assert each.get("method") != "post" or ["value" in field.attrib for field in tokens] == [True]
    for each in parts["input"]:
        if each.get("type") == "date":
            assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", each.get("value", "none")), each.attrib
    for each in parts["img"]:
        assert "alt" in each.attrib
    for each in parts["a"]:
        address = each.get("href", "")
        assert not address.startswith("#") or address[1:] in by_id
    faults = [part for part in parts.every if "faults" in classes(part)]
    for each in (link for part in faults for link in part.iter("a")):
        field = by_id[each.attrib["href"].removeprefix("#")]
        tied = field.get("aria-describedby" if field.tag == "fieldset" else "aria-invalid", "")
        assert "error" in tied or tied == "true", f"told in the summary alone: {words(each)}"
