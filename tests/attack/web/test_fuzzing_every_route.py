"""Somebody sends what no browser would, to every address and as every role."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attack.web.fuzzing import ADDRESS, FuzzedSite, changed

# the same few in every run; with --hypothesis-profile=explore others, as many as take some five minutes
EXAMPLES = 250 if settings.default.derandomize else 12_000
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND")
EVIL = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff x", "-1", "0", "1e999", "nan", "٣", "99999999999999999999",
    "9" * 5000, "x" * 70_000, "2026-02-30", "0001-01-01", "9999-12-31", "<script>", "%", "%00", "{{7*7}}",
    "../../etc/passwd",
    "' OR 1=1 --", "\r\nX: y", "\u202e", "æøå 👩‍🏫", "on", "true", "null", "[]", "=1+1", "a@b", "nb", "xx",
)  # fmt: skip
HEADERS = {
    "If-None-Match": ("*", '"x"', "x", '"', "W/", ""),
    "If-Match": ("*", '"x"', ","),
    "If-Modified-Since": ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "-1"),
    "If-Range": ('"x"', "Thu, 01 Jan 1970 00:00:00 GMT"),
    "Range": (
        "bytes=0-",
        "bytes=-1",
        "bytes=5-1",
        "bytes=0-0,2-3",
        "bytes=99999999999-",
        "items=1-2",
        "bytes=",
    ),
    "Accept-Language": ("xx", "nb;q=x", "*", "da-DK,nn;q=0.3", ";" * 50, "é"),
    "Accept": ("application/json", "image/*;q=0", "*", ";;"),
    "Authorization": ("Bearer", "Bearer x", "Basic Og==", "Basic %%%", "Digest a=b", "é"),
    "Content-Encoding": ("gzip", "x"),
    "Host": ("evil.example", "localhost:99999", "", "["),
    "Sec-Fetch-Site": ("none", "cross-site", "x"),
    "X-Forwarded-For": ("127.0.0.1",),
    "Cookie": ("x", "=", "a=b; a=c", "kjennetegn=", "__Host-kjennetegn=x"),
    "Referer": ("http://evil.example/", "x"),
}
QUERIES = ("q", "page", "language", "next", "role", "unit", "since", "limit", "version", "sort", "state", "x")
FORM = "application/x-www-form-urlencoded"
CONTENT_TYPES = {
    "form": (FORM,),
    "json": ("application/json",),
    "text": ("text/plain", "x", "", "application/octet-stream; charset=klingon"),
    "broken multipart": ("multipart/form-data", f"multipart/form-data; boundary={'x' * 300}"),
}
BODIES = ("form", "multipart", "files", "json", "text", "broken multipart", "raw")

evil = st.one_of(st.sampled_from(EVIL), st.text(max_size=12), st.integers().map(str), st.dates().map(str))


@pytest.fixture
def engine_name():
    """What is asked for is decided above the store."""
    return "sqlite"


@pytest.fixture
def public_url():
    return ADDRESS


@pytest.fixture
def fuzzed(app, tmp_path, clock):
    assert clock
    return FuzzedSite(app, tmp_path)


def quoted(text):
    """Text in an address or a form, lone surrogates too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@st.composite
def paths(draw, path, worse):
    """The address as it is; or with a part of it exchanged, or with a query."""
    if "path" in worse:
        parts = path.split("/")
        parts[draw(st.integers(1, len(parts) - 1))] = quoted(draw(evil))[:3000]
        path = "/".join(parts)
    if "query" in worse:
        asked = draw(st.lists(st.tuples(st.sampled_from(QUERIES), evil), max_size=3))
        path += "?" + "&".join(f"{name}={quoted(value)[:3000]}" for name, value in asked)
    return path


@st.composite
def fields_of(draw, fields):
    """The fields of a form, mostly as they are; some exchanged, left out or doubled, and one more."""
    kept = []
    for name, value in fields:
        how = draw(st.integers(0, 7))
        if how == 0:
            kept.append((name, draw(evil)))
        elif how == 1:
            kept += [(name, value), (name, draw(evil))]
        elif how > 2:
            kept.append((name, value))
    others = st.tuples(st.sampled_from(("x", "units", "code", "sheet", "go", "")), evil)
    return [*kept, *draw(st.lists(others, max_size=1))]


def body_of(how, fields, draw):
    """What a request sends besides its address, as arguments of the test's client."""
    if how in {"multipart", "files"}:
        parts = [part_of(name, value, how == "files" and name != "csrf_token") for name, value in fields]
        kind = "multipart/form-data; boundary=limit"
        return {"data": b"".join(parts) + b"--limit--\r\n", "content_type": kind}
    if how == "raw":
        return {"data": draw(st.binary(max_size=60)), "content_type": FORM}
    written = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields).encode()
    return {"data": written, "content_type": draw(st.sampled_from(CONTENT_TYPES[how]))}


def part_of(name, value, is_file):
    """A field in a body of several parts, or a file that pretends to be one."""
    file = '; filename="a.csv"\r\nContent-Type: text/csv' if is_file else ""
    head = f'--limit\r\nContent-Disposition: form-data; name="{quoted(name)}"{file}\r\n\r\n'
    return head.encode() + value.encode("utf-8", "surrogatepass") + b"\r\n"


WORSE = ("fields",) * 6 + ("path", "query", "headers", "body", "method", "token", "cookies")


@st.composite
def requests(draw, site):
    """Who asks, and what: a request that makes sense, made worse in one way or two."""
    # a route with a form is asked for with it, two times of three
    targets = site.targets[draw(st.sampled_from(sorted(site.targets)))]
    filled = [each for each in targets if each.fields]
    target = draw(st.sampled_from(filled if filled and draw(st.integers(0, 2)) else targets))
    worse = draw(st.lists(st.sampled_from(WORSE), max_size=2))
    method = draw(st.sampled_from(METHODS)) if "method" in worse else target.method
    tokens = ("x", "", None, site.tokens["nobody"])
    token = draw(st.sampled_from(tokens)) if "token" in worse else site.tokens[target.role]
    fields = draw(fields_of(target.fields)) if "fields" in worse else list(target.fields)
    fields = fields if token is None else [("csrf_token", token), *fields]
    how = draw(st.sampled_from(BODIES)) if "body" in worse else "form"
    sent = {} if method in {"GET", "HEAD"} else body_of(how, fields, draw)
    names = (
        draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2, unique=True))
        if "headers" in worse
        else ()
    )
    sent["headers"] = {name: draw(st.sampled_from(HEADERS[name])) for name in names}
    which = draw(st.sampled_from(("none", "of another", "tampered"))) if "cookies" in worse else "own"
    return target, method, draw(paths(target.path, worse)), which, sent


def cookies_of(site, role, which):
    """The cookies of a request: as they were given, none, another's, or altered."""
    own = site.cookies[role]
    if which == "of another":
        return site.cookies["elsewhere"]
    if which == "tampered":
        return {key: replace(each, value=f"{each.value[:-3]}AAA") for key, each in own.items()}
    return {} if which == "none" else own


def faults_of(site, asked):
    """What is wrong with the reply to a request, in words; nothing where nothing is."""
    target, method, path, cookies, sent = asked
    reply = site.send(target.role, method, path, cookies=cookies_of(site, target.role, cookies), **sent)
    after = site.content()
    is_refused = reply.status_code >= 400
    faults = []
    # what works says so, and of the survey whose key is lost a page says that the fault is ours
    is_said = path.startswith("/health") or site.site.lost.key in path
    if reply.status_code >= 500 and not is_said:
        faults.append(f"{reply.status_code}")
    if is_refused and changed(site.stored, after):
        faults.append(f"{reply.status_code} and changed {changed(site.stored, after)}")
    if is_refused and method != "HEAD" and not explains(reply):
        faults.append(f"{reply.status_code} without a page: {reply.mimetype} {reply.get_data()[:80]!r}")
    if after != site.stored:
        site.go_back()
    return [f"{target.role} {method} {path[:200]}: {each}" for each in faults]


def explains(reply):
    """Whether a refusal says something: a page with a heading to people, a problem to programs."""
    if reply.mimetype == "text/html":
        return re.search(r"<h1[ >]", reply.get_data(as_text=True)) is not None
    return reply.mimetype in {"application/problem+json", "application/json"} or bool(reply.get_data())


def test_whatever_is_sent_breaks_nothing_and_leaves_nothing_half_done(fuzzed, capsys):
    seen = set()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(requests(fuzzed))
    def hold(asked):
        seen.add((asked[0].role, asked[0].path))
        faults = faults_of(fuzzed, asked)
        said = capsys.readouterr().err
        assert not faults, said[-2000:]

    hold()
    assert len({role for role, _ in seen}) >= 10
