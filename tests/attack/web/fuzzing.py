"""What a fuzz of every route needs: somebody of each role with real cookies, their forms, and a way back."""

import re
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException

from reports.results.agreed_actions import AgreedAction
from survey.accounts import password_links, passwords
from survey.collection import admission, questionnaire_link, staff_results
from survey.store.repositories import accounts, actions, jobs, planned_rounds, studies
from survey.store.tables import metadata
from survey.web.permissions import ROUTES, Role
from survey.web.platform.context import EXTENSION
from tests.attack.web.test_addresses_with_junk import filled
from tests.browser.site import Site
from tests.browser_pages import PASSWORD
from tests.browser_pages import RESEARCHER as RESEARCHERS_EMAIL
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import REFERENCE, place

ADDRESS = "http://localhost"
HASHED = passwords.hash_password(PASSWORD)
# what seeing a page notes of those who sign in, and what counts tries: no request is about them
UNCOUNTED = {"sign_in", "attempt"}
LASTING = re.compile(r"\.(pdf|png|pptx|xlsx|zip|sav|dta|xpt|parquet|xml)$|/downloads/|/check$")
SEEING_NO_MORE = {"elsewhere", "deputy"}  # than a leader
RESPONDENTS = ("nobody", "respondent", "linked", "rehearsing", "kiosk", "typing")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(
    r"<(input|select|textarea|button)\b([^>]*)>(.*?)(?=<(?:input|select|textarea|button)\b|\Z)", re.DOTALL
)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
OPTION = re.compile(r'<option\b[^>]*?value="([^"]*)"')


@dataclass(frozen=True)
class Target:
    """A request that makes sense: by whom, with which method, to which address, with which fields."""

    role: str
    method: str
    path: str
    fields: tuple[tuple[str, str], ...] = ()
    endpoint: str = ""


class FuzzedSite:
    """An installation with something of everything, everybody who comes to it, and a copy to go back to."""

    def __init__(self, app, folder):
        self.app, self.folder = app, folder
        self.parts = app.extensions[EXTENSION]
        self.site = Site(ADDRESS, app)
        self.home, self.database = self.site.home, self.parts.database
        self._add_accounts()
        self._add_more()
        self.browsers = {role: self._browser(role) for role in (*RESPONDENTS, *self.emails)}
        self.browsers["program"] = Browser(app, ADDRESS)
        self.files = [self.parts.settings.keys, self.parts.settings.files_directory]
        self.cookies = {role: dict(each.client._cookies) for role, each in self.browsers.items()}
        self.tokens = {role: self._token(role) for role in self.browsers}
        self.targets = defaultdict(list)
        for target in (*self._forms(), *self._addresses()):
            self.targets[target.endpoint].append(target)
        self._keep()

    def _add_accounts(self):
        unit, town = self.site.open.unit_key, self.site.owned.key
        roles = {"leader": unit, "deputy": unit, "owner": town, "operator": None, "editor": None}
        elsewhere = place(self.home, "Elsewhere").key
        self.emails = {role: f"{role}@example.org" for role in roles} | {"elsewhere": "elsewhere@example.org"}
        for role, where in [*roles.items(), ("elsewhere", elsewhere)]:
            holder = accounts.add(self.home.database, self.emails[role], HASHED, "nb")
            grant_role(self.home.database, holder, "leader" if role == "elsewhere" else role, where)
        for led in (self.site.linked, self.site.closed_early, self.site.ahead):
            grant_role(
                self.home.database,
                accounts.by_email(self.home.database, "leader@example.org"),
                "leader",
                led.unit_key,
            )
        self.emails["researcher"] = RESEARCHERS_EMAIL

    def _add_more(self):
        here, today = self.parts, self.parts.today
        action = {"goal": "a", "action": "b", "who": "c", "sign": "d", "due": today}
        actions.add(self.database, self.site.sealed, AgreedAction(dimension="evidence_use", **action))
        researcher = accounts.by_email(self.database, RESEARCHERS_EMAIL)
        self.study = studies.add(self.database, "Over tid", today + timedelta(90), today)
        studies.join(self.database, self.study, researcher)
        self.bearer = studies.make_token(self.database, self.study, researcher.id)
        invited = accounts.add(self.database, "ny@example.org", "", "nb")
        link = password_links.issue(here.database, here.policy, here.settings, invited, by="", now=here.now)
        self.link_token, self.number = link.rpartition("/")[2], str(invited.id)
        jobs.add(
            self.database,
            "reports-under",
            {"unit": self.site.owned.key, "reader": "owner", "languages": "nb"},
            now=here.now,
        )
        owner = self._signed_in(self.emails["owner"])
        plan = f"/owner/{self.site.owned.key}/plan"
        chosen = [each["value"] for each in owner.get(plan).page.select("input[name=units]")]
        days = {
            "opens_on": (today + timedelta(60)).isoformat(),
            "closes_on": (today + timedelta(70)).isoformat(),
        }
        sent = {"title": "Høst", "instrument": REFERENCE, "way": "codes", "units": chosen, **days}
        owner.post(plan, {**sent, "csrf_token": owner.token()})
        [self.planned] = [each.key for each in planned_rounds.of_unit(self.database, self.site.owned.key)]

    def _signed_in(self, email):
        browser = Browser(self.app, ADDRESS)
        browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})
        return browser

    def _browser(self, role):
        if role in self.emails:
            return self._signed_in(self.emails[role])
        browser, keys = Browser(self.app, ADDRESS), self.home.keys
        if role == "respondent":
            browser.get(f"/c/{self.site.code()}").get("/answer/start").get("/answer/1")
            browser.submit({browser.page.first("input[type=radio]")["name"]: "2"}, "forward")
        elif role == "linked":
            browser.get(f"/open/{admission.link(keys, self.site.linked)}")
        elif role == "rehearsing":
            browser.get(f"/rehearsal/{questionnaire_link.code(keys, self.site.draft)}")
        elif role == "kiosk":
            browser.is_kiosk = True
            browser.get(f"/k/{admission.kiosk_code(keys, self.site.linked)}")
        elif role == "typing":
            address = admission.paper_address(self.parts.settings, keys, self.site.open)
            browser.get(address.removeprefix(ADDRESS)).get("/paper/form")
        else:
            browser.get("/")
        return browser

    def _token(self, role):
        """The token of the forms of that role's pages; empty for who has none."""
        answering = dict.fromkeys(("respondent", "linked"), "/answer/1")
        own = {"rehearsing": "/rehearsal/answer/1", "typing": "/paper/form", "kiosk": "/kiosk", "nobody": "/"}
        path = (answering | own).get(role, "/account/password")
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.send(role, "GET", path).text)
        return found[1] if found else ""

    def send(self, role, method, path, *, cookies=None, **sent):
        """Ask as that role with the cookies it had at the beginning, or with those given; the reply, read."""
        client = self.app.test_client()
        client._cookies = dict(self.cookies[role] if cookies is None else cookies)
        if role == "program":
            sent["headers"] = {"Authorization": f"Bearer {self.bearer}", **sent.get("headers", {})}
        reply = client.open(path, method=method, base_url=ADDRESS, **sent)
        reply.get_data()
        reply.close()
        return reply

    def values(self):
        """For each part of an address, values that name something: of waves in every state."""
        site, keys = self.site, self.home.keys
        held = [site.sealed, site.open, site.draft, site.split_draft, site.split_closed, site.ended]
        held += [site.lost, site.linked, site.closed_early, site.ahead]
        self.units = {each.key: each.unit_key for each in held}
        return {
            "unit": [site.open.unit_key, site.owned.key, site.linked.unit_key],
            "wave": [each.key for each in held],
            "action": [each.key for each in actions.of_wave(self.database, site.sealed)],
            "number": [self.number, "1", "99"],
            "token": [self.link_token],
            "link": [admission.link(keys, site.linked)],
            "code": [
                site.code(),
                staff_results.code(keys, site.sealed),
                questionnaire_link.code(keys, site.draft),
                admission.kiosk_code(keys, site.linked),
                admission.paper_address(self.parts.settings, keys, site.open).rpartition("/")[2],
            ],
            "study": [self.study],
            "provider": ["feide"],
            "key": [site.open.unit_key, site.owned.key],
            "planned": [self.planned],
            "dimension": ["evidence_use"],
            "name": ["overview", "dimensions", "change"],
            "half": ["2026-1"],
            "edition": ["skole"],
            "instrument": [REFERENCE],
            "earlier": [REFERENCE],
            "later": ["pulse@1.0.0"],
            "tongue": ["nb"],
            "form": ["ddi.xml", "xlsform.xlsx"],
            "rows": ["dimensions", "items"],
            "of": ["covariances", "answers"],
            "chosen": ["csv"],
            "kind": ["csv", "slides"],
            "row": ["1"],
            "years": ["3"],
            "chapter": ["before"],
            "filename": ["kjennetegn.css"],
            "what": ["move", "merge", "close", "keep", "remove", "edition"],
            "role": ["leader", "owner"],
        }

    def _addresses(self):
        """Every route as every role that the table lets in, and as nobody; with each value once."""
        # a part of an address that is new here is fuzzed with a word of which nothing has the name
        values, found = defaultdict(lambda: ["x"], self.values()), []
        by_role = {role: {Role(role)} for role in self.emails if role != "elsewhere"}
        by_role |= {"elsewhere": {Role.LEADER}, "program": {Role.PROGRAM}}
        for rule in self.app.url_map.iter_rules():
            many = max((len(values[name]) for name in rule.arguments), default=1)
            allowed = ROUTES[rule.endpoint]
            if Role.ANYONE in allowed:
                roles = RESPONDENTS
            else:
                roles = [role for role, own in by_role.items() if own & allowed or Role.ACCOUNT in allowed]
            for at in range(many):
                there = {name: values[name][at % len(values[name])] for name in rule.arguments}
                there["unit"] = self.units.get(there.get("wave"), there.get("unit"))
                path = filled(rule, there)
                found += [
                    Target(role, method, path, endpoint=rule.endpoint)
                    for role in (*roles, *(() if at else ("nobody", "elsewhere")))
                    for method in sorted(rule.methods & {"GET", "POST"})
                ]
        return list(dict.fromkeys(found))

    def _forms(self):
        """The forms on the pages that each role sees, as a browser would send them."""
        found, seen = [], set()
        for target in self._addresses():
            if target.method != "GET" or LASTING.search(target.path) or target.role in SEEING_NO_MORE:
                continue
            reply = self.send(target.role, "GET", target.path)
            if reply.mimetype != "text/html" or reply.status_code != 200:
                continue
            for form in forms_of(reply.get_data(as_text=True), target.path):
                method, path, fields = form
                shape = target.role, method, path, tuple(name for name, _ in fields)
                if shape not in seen:
                    seen.add(shape)
                    found.append(Target(target.role, method, path, fields, self._endpoint(method, path)))
        return found

    def _endpoint(self, method, path):
        try:
            return self.app.url_map.bind("localhost").match(path, method=method)[0]
        except HTTPException:
            return ""

    def _keep(self):
        self.kept = self.folder / "kept"
        self.kept.mkdir()
        with closing(sqlite3.connect(self.kept / "db")) as copy, self.database.reading() as connection:
            connection.connection.driver_connection.backup(copy)
        for folder in self.files:
            if folder.exists():
                shutil.copytree(folder, self.kept / folder.name)
        self.stored = self.content()

    def content(self):
        """All that is stored: each table's rows, and the files of keys and jobs."""
        with self.database.reading() as connection:
            rows = {
                name: sorted(map(repr, connection.execute(table.select())))
                for name, table in metadata.tables.items()
            }
        files = {
            str(path): path.read_bytes()
            for folder in self.files
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith("queue.db")
        }
        return {**rows, "files": files}

    def go_back(self):
        """Make everything what it was at the beginning."""
        with closing(sqlite3.connect(self.kept / "db")) as copy, self.database.engine.connect() as connection:
            copy.backup(connection.connection.driver_connection)
        for folder in self.files:
            shutil.rmtree(folder, ignore_errors=True)
            if (self.kept / folder.name).exists():
                shutil.copytree(self.kept / folder.name, folder)
        self.database.cache._kept.clear()


def changed(before, after):
    """The tables and files that differ, less those that no request is about."""
    return sorted(name for name in before if before[name] != after[name] and name not in UNCOUNTED)


def forms_of(html, path):
    """(method, path, fields) of each form on a page, as a browser sends them."""
    for attributes, inside in FORM.findall(html):
        said = dict(ATTRIBUTE.findall(attributes))
        action = urlsplit(urljoin(path, unescape(said.get("action", "")))).path or path
        fields, chosen = [], set()
        for kind, written, content in FIELD.findall(inside):
            given = {name: unescape(value) for name, value in ATTRIBUTE.findall(written)}
            if "name" not in given or given["name"] == "csrf_token":
                continue
            # of several to choose from, the first: another is drawn where fields are exchanged
            if given.get("type") == "radio" and given["name"] in chosen:
                continue
            chosen.add(given["name"])
            value = given.get("value", "")
            if kind == "select":
                value = next(iter(OPTION.findall(content)), "")
            elif kind == "textarea":
                value = unescape(content.partition("</textarea>")[0])
            fields.append((given["name"], value))
        yield said.get("method", "get").upper(), action, tuple(fields)
