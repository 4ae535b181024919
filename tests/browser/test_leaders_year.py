"""A leader's whole year, from the link for a password to the report that tells what became of it."""

import io
import random
import re
from datetime import date, timedelta

import pypdf
import pytest

from instruments import library
from instruments.answers import Answers
from survey.accounts import password_links
from survey.collection import admission, submission
from survey.operations.installation import Installation
from survey.store.repositories import accounts, units, waves
from tests.browser.conftest import DESK, PHONE
from tests.browser.walking import Service, Walker
from tests.roles import grant_role
from tests.waves import answer

EMAIL, PASSWORD = "leder@asken.example", "en lang setning å huske"
NEVER_USED = "no password matches this"
FIRST_DAY = date(2026, 1, 12)
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b")
# one answer to each statement of a page, not the same everywhere
TICK = """() => document.querySelectorAll("tr.item").forEach(
  (item, place) => item.querySelectorAll("label")[1 + place % 4].click())"""
INVITED, ANSWERED, IN_BROWSER = 20, 18, 2
GOAL, ACTION = "Vi prøver ut noe nytt hver måned", "Ett forsøk i hvert teammøte"
WHO, SIGN = "Teamlederne", "Vi forteller hverandre om forsøkene"
SEEN = "Forsøkene er blitt en fast del av møtet."
# what a leader presses, at most, from the link for a password to an open survey, from the results to the
# report, and a year later to the next open survey
MOST_TO_FIRST, MOST_TO_REPORT, MOST_TO_NEXT = 7, 2, 4


@pytest.fixture
def walk(chromium, tmp_path, monkeypatch):
    """The leader, and somebody of the staff, at a service in which nothing was asked yet.

    They sit at a telephone, and could do each step at a desk as well.
    """
    service = Service(tmp_path, FIRST_DAY)
    monkeypatch.setattr(Installation, "today", property(lambda _: service.today))
    monkeypatch.setattr(Installation, "closing_day", property(lambda _: service.here.closing_day))
    contexts = [chromium.new_context(viewport=PHONE, locale="nb-NO", bypass_csp=True) for _ in range(2)]
    yield Walk(service, *(Walker(each.new_page(), service, (DESK, PHONE)) for each in contexts))
    for each in contexts:
        each.close()
    service.end()


class Walk:
    def __init__(self, service, leader, staff):
        self.service, self.leader, self.staff, self.home = service, leader, staff, service.home
        self.followed = ""  # the title of the short survey in between
        self.unit = units.add(self.home.database, "Asken skole", "workplace", "skole", None)

    @property
    def last(self):
        return waves.of_unit(self.home.database, self.unit.key)[-1]

    @property
    def address(self):
        return f"/leader/{self.unit.key}/{self.last.key}"

    @property
    def wording(self):
        return library.get(self.last.instrument).wording("skole", "nb")

    def link(self):
        """Who runs the service makes the account and its link."""
        home, here = self.home, self.service.here
        account = accounts.add(home.database, EMAIL, NEVER_USED, "nb")
        grant_role(home.database, account, "leader", self.unit.key)
        issued = password_links.issue(
            home.database, home.policy, here.settings, account, by="drift", now=self.service.clock.seconds
        )
        return issued.removeprefix(here.settings.public_url)

    def come_back(self, day):
        """Sign in again on a later day."""
        self.service.pass_until(day)
        self.leader.arrive("/account/sign-in")
        self.sign_in()

    def sign_in(self):
        self.leader.type("E-postadresse", EMAIL)
        self.leader.type("Passord", PASSWORD)
        self.leader.press("Logg inn")

    def open_survey(self, *, days=11):
        """Draft and open the survey that the form proposes."""
        if not self.leader.page.get_by_label("Hvor mange som er invitert").input_value():
            self.leader.type("Hvor mange som er invitert", INVITED)
        self.leader.type("Siste dag", self.service.today + timedelta(days=days))
        self.leader.press("Opprett undersøkelsen")
        self.leader.press("Åpne undersøkelsen")
        assert self.last.is_open

    def answer(self, codes, strong=()):
        """Some answer in the browser with the codes of their slips, the others as it would send."""
        for code in codes[:IN_BROWSER]:
            self.answer_in_browser(code)
        version, rest = library.get(self.last.instrument), codes[IN_BROWSER:]
        people = [person(version, number, strong) for number in range(ANSWERED)]
        if not codes:
            answer(self.home, self.last, people, self.service.today)
        for code, answers in zip(rest, people, strict=False):
            admitted = admission.admit(self.home.database, self.home.keys, code, self.service.today)
            submission.submit(self.home.database, self.home.keys, admitted, answers, self.service.today)

    def answer_in_browser(self, code):
        page, staff = self.staff.page, self.staff
        staff.arrive("/")
        staff.type("Koden på lappen din", code)
        staff.press("Start")
        staff.press("Begynn")
        while page.locator("button[value=forward]").count():
            page.evaluate(TICK)
            staff.press("Lagre og")
        staff.press("Send")
        assert "Takk" in page.title()

    def close_and_seal(self):
        """End the survey some days after it was opened, before its last day."""
        self.come_back(self.service.today + timedelta(days=3))
        self.leader.press(self.last.title)
        for said in ("Steng undersøkelsen før siste dag", "Steng undersøkelsen nå"):
            self.leader.press(said)
        self.leader.press("Forsegl undersøkelsen")
        self.leader.press("Forsegl undersøkelsen")
        assert self.last.is_sealed


def person(version, number, strong):
    """Answers of somebody who answers much alike, and higher in these dimensions."""
    drawn = random.Random(number)  # noqa: S311 - simulated answers need no secrecy
    own = drawn.choice((-1, 0, 0, 1))
    middle = {item.id: 4 if each.id in strong else 3 for each in version for item in each.items}
    said = {
        name: min(5, max(1, center + own + drawn.choice((-1, 0, 0, 1)))) for name, center in middle.items()
    }
    turned = {item.id for each in version for item in each.items if item.reverse}
    return Answers(version, {name: 6 - value if name in turned else value for name, value in said.items()})


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.longest
def test_a_leaders_year(walk):
    leader = walk.leader
    walk.answer(choose_a_password_and_open(walk))
    walk.close_and_seal()
    read_the_report(walk)
    dimensions = [each.id for each in library.get(walk.last.instrument)][:2]
    agree(walk, dimensions)
    look_back(walk)
    follow_up(walk, dimensions)
    open_the_next(walk)
    walk.answer([], dimensions)
    walk.close_and_seal()
    leader.press("Se profilen")
    _, report = leader.save("PDF – bokmål")
    told = text_of(report)
    for said in (GOAL, SEEN, "Går videre", f"{walk.followed}: høyere enn", "Høyere siden da"):
        assert said in told


def choose_a_password_and_open(walk):
    """From the link to an open survey with its slips printed; the codes on the slips."""
    leader = walk.leader
    leader.start_counting()
    leader.arrive(walk.link())
    leader.type("Nytt passord", PASSWORD)
    leader.type("Nytt passord en gang til", PASSWORD)
    leader.press("Velg dette passordet")
    walk.sign_in()
    leader.press("Ny undersøkelse")
    walk.open_survey()
    name, slips = leader.save("Lapper som PDF")
    assert leader.clicks <= MOST_TO_FIRST
    assert leader.typed == 6  # a password twice and once more, the address, how many, and the last day
    assert name == "slips-Asken-skole-Vår-2026-nb.pdf"
    codes = sorted(set(CODE.findall(text_of(slips))))
    assert len(codes) >= INVITED
    return codes[:ANSWERED]


def read_the_report(walk):
    leader = walk.leader
    leader.start_counting()
    leader.press("Se profilen")
    name, report = leader.save("PDF – bokmål")
    assert leader.clicks <= MOST_TO_REPORT
    assert name == "report-Asken-skole-Vår-2026-nb.pdf"
    assert f"{ANSWERED} av {INVITED} svarte" in text_of(report)


def agree(walk, dimensions):
    """Write down an action in each of two dimensions, to be looked back on after four weeks."""
    leader = walk.leader
    for name in (walk.wording.dimensions[each].name for each in dimensions):
        leader.arrive(walk.address)
        leader.press("Legg til et tiltak")
        leader.choose("Dimensjon", name)
        for label, said in zip(("Mål", "Tiltak", "Hvem følger opp"), (GOAL, ACTION, WHO), strict=True):
            leader.type(label, said)
        leader.type("Tegn på at det virker", SIGN)
        leader.type("Dato", walk.service.today + timedelta(weeks=4))
        leader.press("Lagre tiltaket")
    assert leader.text.count(GOAL) >= 2


def look_back(walk):
    """On the day agreed, from the desk: one goes on."""
    leader = walk.leader
    walk.come_back(walk.service.today + timedelta(weeks=4))
    leader.press(GOAL)
    leader.choose("Går videre", None)
    leader.type("I én setning", SEEN)
    leader.press("Lagre")
    assert SEEN in leader.text


def follow_up(walk, dimensions):
    """Ask the statements of both dimensions again, eight weeks after the first day."""
    leader, whole = walk.leader, walk.last
    walk.come_back(whole.opens_on + timedelta(weeks=8))
    leader.arrive(walk.address)
    leader.press("Følg opp med en kort undersøkelse")
    walk.open_survey(days=4)
    assert walk.last.is_part
    walk.answer([], dimensions)
    walk.close_and_seal()
    walk.followed = walk.last.title


def open_the_next(walk):
    """A year later, with the set-up of the first survey."""
    leader = walk.leader
    leader.start_counting()
    walk.come_back(FIRST_DAY.replace(year=2027))
    leader.press("Ny undersøkelse")
    walk.open_survey()
    assert leader.clicks <= MOST_TO_NEXT
    assert leader.typed == 3  # the address, the password, and the last day
    assert (walk.last.title, walk.last.invited) == ("Vår 2027", INVITED)
