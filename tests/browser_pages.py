"""Walks over every type of page, each step of which a test looks at."""

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
RESEARCHER = "forsker@example.org"


def opened_pages():
    """Pages that need nothing, errors among them."""
    return ["/", "/privacy", "/sheet", "/account/sign-in", "/nowhere", "/c/0000-0000-0000-0", "/answer/1"]


def answering(site, page):
    """From the front page to the receipt; yields the name of each page it stands on."""
    page.goto(f"{site.address}/")
    page.click("main button")
    yield "a code that is missing"
    page.fill("#code", site.code())
    page.click("main button")
    yield "language"
    page.click("button[value=nb]")
    yield "promise"
    page.goto(f"{site.address}/answer/1")
    page.locator("fieldset.item").first.locator(".scale label").nth(2).click()
    yield "statements"
    page.goto(f"{site.address}/answer/background")
    yield "the background question"
    page.locator("fieldset.item label").nth(1).click()
    page.click("button[value=forward]")
    page.goto(f"{site.address}/answer/1")
    page.click("button[value=review]")
    page.locator("summary").first.click()
    yield "review"
    page.click("main form button")
    yield "receipt"


def leading(site, page):
    """The pages of leaders, owners and researchers; yields the name of each."""
    page.goto(f"{site.address}/account/sign-in")
    page.click("main button")
    yield "a sign-in that is empty"
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.click("main button")
    yield "desk"
    yield from _with_sheets(site, page)
    for wave in (site.draft, site.open, site.sealed):
        page.goto(f"{site.address}/leader/{wave.unit_key}/{wave.key}")
        yield f"a survey that is {wave.state}"
    yield from _agreeing(site, page)
    profile = f"{site.address}/leader/{site.sealed.unit_key}/{site.sealed.key}/profile"
    page.goto(profile)
    yield "a profile"
    page.goto(f"{profile}/shared_practice")
    yield "a dimension"
    page.goto(f"{site.address}/leader/{site.open.unit_key}/new")
    yield "a new survey"
    page.click("main button")
    yield "a new survey that is empty"
    yield from _owning(site, page)
    page.goto(f"{site.address}/leader/{site.open.unit_key}/access")
    yield "who has had access"
    for path in ("/owner/", "/account/password"):
        page.goto(site.address + path)
        yield path
    yield from _editing(site, page)
    yield from _operating(site, page)
    yield from _researching(page)


def _researching(page):
    page.locator("header form button").click()
    page.fill("#email", RESEARCHER)
    page.fill("#password", PASSWORD)
    page.click("main button")
    yield "/researcher/"


def _with_sheets(site, page):
    for wave in (site.split_draft, site.split_closed):
        page.goto(f"{site.address}/leader/{wave.unit_key}/{wave.key}")
        yield f"a survey with key sheets that is {wave.state}"
        page.locator("main form[novalidate] button").first.click()
        yield f"a survey with key sheets that is {wave.state}, and an empty form"


def _agreeing(site, page):
    """Agree on an action on the page of the sealed survey, and take it back."""
    page.click("#agreed .go a")
    yield "an action"
    page.click("main button")
    yield "an action that is empty"
    page.select_option("#dimension", "shared_practice")
    for part in ("goal", "action", "who", "sign"):
        page.fill(f"#{part}", "Lange/ord-uten_mellomrom" * 2)
    page.fill("#due", f"{site.sealed.closes_on.year + 1}-02-01")
    page.click("main button")
    yield "a survey with an action"
    page.click("#agreed .aside a:last-child")
    yield "an action to be removed"
    page.click("main button")  # and is: whoever walks here next finds room for another
    yield "a survey without an action again"


def _owning(site, page):
    page.goto(f"{site.address}/owner/")
    page.click(f"[aria-labelledby=place-{site.owned.key}] a")
    yield "a round"
    if page.locator("main button").count():
        page.click("main button")
    yield "a round that is released"
    page.goto(f"{site.address}/owner/{site.sealed.unit_key}/reports")
    yield "all reports"
    page.click("main button")
    yield "all reports on their way"
    site.work()
    page.goto(f"{site.address}/owner/{site.sealed.unit_key}/reports")
    assert page.locator("main a.button").count() == 1
    yield "all reports made"


def _editing(site, page):
    page.goto(f"{site.address}/editor/")
    yield "questionnaires"
    page.click("main th a")
    yield "a questionnaire"
    page.click("main h2 a")
    yield "a dimension of a questionnaire"
    page.goto(f"{site.address}/editor/compare/learning_community@1.0.0/learning_community@1.1.0")
    yield "two questionnaires compared"


def _operating(site, page):
    for path in ("/operator/", "/operator/check", "/operator/accounts/new"):
        page.goto(site.address + path)
        yield path
    page.click("main button")
    yield "a new account that is empty"
    page.fill(
        "#email", f"en-lang-adresse-{page.viewport_size['width']}-{id(page)}@fjordby.kommune.example.org"
    )
    page.select_option("#role", "researcher")
    page.click("main button")
    yield "a link for a new account"
    link = page.locator("main .card").inner_text()
    page.goto(site.address + link.removeprefix("http://localhost"))
    yield "a first password"
    page.goto(f"{site.address}/operator/accounts")
    yield "accounts"
    page.locator("main a", has_text="Gi en rolle").first.click()
    yield "a role"
