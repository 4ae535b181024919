"""Several people at one tablet: what each of them meets on the screen, in the cookie and in the urn."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Error

from instruments.pages import questionnaire_pages
from survey.collection import admission, code_issuing, stored_urn
from tests.browser.following import follow
from tests.waves import version

TABLET = {"width": 768, "height": 1024}
PAGES = len(questionnaire_pages(version()))
WORDING = version().wording("skole", "nb")
THANKS = "Takk. Svarene dine har kommet fram"
STATEMENTS = [WORDING.items[item.id] for item in version().items]
# what differs between two people's copies of one page: the token of its form
TOKEN = re.compile(r'(name="csrf_token" type="hidden" value|name="csrf_token" value)="[^"]*"')
STORED = "[localStorage.length, sessionStorage.length, document.cookie]"


class Tablet:
    """A tablet with a browser of its own, in which people go on from page to page."""

    def __init__(self, site, context):
        self.site, self.context, self.page = site, context, context.new_page()

    def open(self, path):
        """Go to an address as a scanned or typed one: no page of ours leads there."""
        self.page.goto(f"{self.site.address}{path}")

    def press(self, selector, to):
        follow(self.page, selector)
        assert self.page.url.endswith(to)

    def begin(self, button="main a.button"):
        self.press(button, "/answer/1")

    def answer_a_page(self, column, statements=8):
        """Answer so many statements of the page, and go on."""
        number = int(self.page.url.rpartition("/")[2])
        for item in self.page.locator("tr.item").all()[:statements]:
            item.locator("td").nth(column).click()
        self.press("button[value=forward]", f"/answer/{number + 1}" if number < PAGES else "/answer/review")

    def answer_all(self, column):
        for _ in range(PAGES):
            self.answer_a_page(column, statements=1)
        self.press("main form button", "/answer/send")

    def back(self):
        """Press the browser's back button; a page that was posted is not there to go back to."""
        try:
            self.page.go_back()
        except Error as error:
            assert "ERR_CACHE_MISS" in str(error)  # noqa: PT017 - nothing else may go wrong

    def shows_nothing_of_anybody(self):
        # waits for a page that is on its way, as an error of the browser itself may be
        content = self.page.locator("html").inner_html()
        assert [text for text in (*STATEMENTS, THANKS) if text in content] == []
        assert self.page.locator("input:checked, meter").count() == 0

    def screen(self):
        return self.page.locator("body").inner_text()

    def source(self):
        return TOKEN.sub("", self.page.content())

    def token(self):
        return self.page.locator("main input[name=csrf_token]").get_attribute("value")

    def held(self):
        """What the browser keeps of us: its one cookie, opened by the server's own key, and nothing else."""
        [cookie] = self.context.cookies()
        assert self.page.evaluate(STORED) == [0, 0, ""]
        app = self.site.app
        with app.test_request_context(headers={"Cookie": f"{cookie['name']}={cookie['value']}"}) as asked:
            return dict(app.session_interface.open_session(app, asked.request))


@pytest.fixture
def tablet(site, chromium):
    """A tablet as it comes; the pages run under the policy that the service sends."""
    opened = []

    def new_tablet(**asked):
        context = chromium.new_context(viewport=TABLET, locale="nb-NO", **asked)
        opened.append(context)
        return Tablet(site, context)

    yield new_tablet
    for context in opened:
        context.close()


def arrived(site, wave):
    return stored_urn.count(site.home.database, stored_urn.open_urn(site.home.keys, wave), wave)


def poster(site):
    return f"/open/{admission.link(site.home.keys, site.linked)}"


def slip(site):
    return f"/c/{code_issuing.issue(site.home.database, site.home.keys, site.open.key, 1)[0]}"


def test_three_people_follow_each_other_at_an_open_link(site, tablet):
    before = arrived(site, site.linked)
    shared, fresh = tablet(), tablet()
    fresh.open(poster(site))
    first_page = fresh.source()
    fresh.begin()
    statements = fresh.source()

    # A answers a page and leaves
    shared.open(poster(site))
    shared.begin()
    shared.answer_a_page(1)

    # B scans the poster and is asked whose answers these are, with nothing of them in sight
    shared.open(poster(site))
    assert shared.page.url.endswith("/answer")
    assert shared.page.locator("h1").inner_text() == "Fortsette eller starte på nytt?"
    assert shared.page.locator("input:not([type=hidden]), progress, .where").count() == 0
    assert [text for text in (*STATEMENTS, site.linked.title) if text in shared.page.content()] == []
    shared.press("button[value=anew]", "/answer/start")
    assert shared.source() == first_page
    shared.begin()
    assert shared.source() == statements
    shared.answer_all(3)
    assert arrived(site, site.linked) == before + 1
    assert shared.page.locator("h1").inner_text() == THANKS

    # C finds nothing of B: neither an own profile nor a receipt
    shared.open(poster(site))
    assert shared.source() == first_page
    shared.begin()
    assert shared.source() == statements
    for _ in range(3):
        shared.back()
        assert THANKS not in shared.page.locator("html").inner_html()
        assert shared.page.locator("input:checked, meter").count() == 0
    assert arrived(site, site.linked) == before + 1


def test_a_second_slip_takes_nothing_from_the_first_without_a_word(site, tablet):
    before = arrived(site, site.open)
    shared = tablet(java_script_enabled=False)
    first, second = slip(site), slip(site)
    shared.open(first)
    shared.begin()
    shared.answer_a_page(2)
    shared.open(second)
    assert "Starter du på nytt, slettes de herfra for godt." in shared.screen()
    follow(shared.page, "button[value=on]")
    assert shared.page.url.endswith("/answer/2")
    follow(shared.page, "button[value=back]")
    assert shared.page.locator("input:checked").count() == shared.page.locator("tr.item").count()
    shared.open("/answer/review")
    assert shared.page.url.endswith("/answer")
    shared.press("button[value=on]", "/answer/1")
    shared.answer_all(2)
    assert arrived(site, site.open) == before + 1
    # the second slip was not used up
    shared.open(second)
    shared.begin()
    shared.answer_all(4)
    assert arrived(site, site.open) == before + 2


@pytest.fixture
def kiosk(site, tablet):
    """A tablet that its leader has put into kiosk mode, whose clock a test sets."""
    shared = tablet()
    shared.page.clock.install(time=0)
    # however long the machine takes, no time goes by of itself
    shared.page.clock.pause_at(1000)
    shared.open(f"/k/{admission.kiosk_code(site.home.keys, site.linked)}")
    shared.page.wait_for_url("**/kiosk")
    return shared


def idle(site):
    return timedelta(seconds=site.home.policy.retention.kiosk_idle_seconds)


def pass_by(tablet, seconds):
    tablet.page.clock.run_for(int(seconds * 1000))


def test_a_kiosk_forgets_whoever_leaves_it(site, kiosk):
    before, seconds = arrived(site, site.linked), idle(site).total_seconds()
    start, held = kiosk.source(), kiosk.held()
    assert set(held) == {"kiosk", "csrf_token"}

    kiosk.press("main form button", "/answer/start")
    kiosk.begin()
    kiosk.answer_a_page(0)
    assert kiosk.held().keys() > {"token", "answers"}
    pass_by(kiosk, seconds - 15)
    assert kiosk.page.locator("#kiosk-alert").is_visible()
    # a touch, and the time begins anew
    kiosk.page.mouse.click(5, 5)
    assert not kiosk.page.locator("#kiosk-alert").is_visible()
    pass_by(kiosk, seconds - 15)
    assert kiosk.page.url.endswith("/answer/2")
    pass_by(kiosk, 16)
    kiosk.page.wait_for_url("**/kiosk")
    assert kiosk.source() == start
    assert kiosk.held() == {**held, "csrf_token": kiosk.token()}
    assert kiosk.token() != held["csrf_token"]

    for _ in range(3):
        kiosk.back()
        kiosk.shows_nothing_of_anybody()
    kiosk.open("/answer/review")
    kiosk.shows_nothing_of_anybody()
    assert arrived(site, site.linked) == before


def test_people_follow_each_other_at_a_kiosk_and_each_counts_once(site, kiosk):
    before, start = arrived(site, site.linked), kiosk.source()
    for number, leave in enumerate(("button", "clock"), 1):
        kiosk.press("main form button", "/answer/start")
        kiosk.begin()
        assert kiosk.page.locator("input:checked").count() == 0
        kiosk.answer_all(number)
        assert arrived(site, site.linked) == before + number
        assert kiosk.page.locator("meter, .own").count() == 0
        if leave == "button":
            follow(kiosk.page, "main form button")
        else:
            pass_by(kiosk, idle(site).total_seconds() + 1)
        kiosk.page.wait_for_url("**/kiosk")
        assert kiosk.source() == start
        assert kiosk.held() == {"kiosk": site.linked.key, "csrf_token": kiosk.token()}
        kiosk.back()
        kiosk.shows_nothing_of_anybody()
        # the browser offers to post the last person's form once more
        kiosk.page.reload()
        kiosk.shows_nothing_of_anybody()
        assert arrived(site, site.linked) == before + number
        kiosk.open("/kiosk")
