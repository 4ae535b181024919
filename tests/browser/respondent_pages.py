"""Every page of those who answer, in every edition and language, as text."""

from itertools import count

from instruments.languages import LANGUAGES
from instruments.pages import questionnaire_pages
from survey.collection import code_issuing, questionnaire_link
from survey.store.repositories import units
from tests import waves
from tests.pages import Browser

ADDRESS = "http://localhost"
FULL, SHORT = "learning_community@1.0.0", "pulse@1.0.0"
NAME = "Bjerkealleen-og-omegns oppvekstsenter"


def everywhere(app, home, today, spoken=tuple(LANGUAGES)):
    """Yield (name, page) for every page in these languages: all of the full form, the first of the short."""
    seen = set()
    numbers = count(1)
    for reference in (FULL, SHORT):
        version = waves.version(reference)
        for edition, languages in version.editions.items():
            unit = units.add(home.database, f"{NAME} {next(numbers)}", "workplace", edition, None)
            wave = opened(home, unit, reference, languages[0], today)
            for language in filter(spoken.__contains__, languages):
                person = Person(app, home, wave, language)
                pages = person.walk() if reference == FULL else person.first_page()
                for name, html in pages:
                    yield f"{reference} {edition} {language}: {name}", html
                read = f"/q/{questionnaire_link.code(home.keys, wave)}?language={language}"
                yield f"{reference} {edition} {language}: to read", Browser(app, ADDRESS).get(read).reply.text
                if language not in seen:
                    seen.add(language)
                    yield from ((f"{language}: {name}", html) for name, html in outside(app, language))


def opened(home, unit, reference, language, today):
    background = "role@1" if reference == FULL else None
    return waves.opened(
        home,
        unit.name,
        title="Høsten 2026",
        instrument=reference,
        language=language,
        background=background,
        invited=40,
        opens_on=today,
        closes_on=today,
    )


def outside(app, language):
    """Pages that anyone may open: the front page, no code, what is stored, and an error."""
    browser = Browser(app, ADDRESS)
    yield "front page", browser.get(f"/?language={language}").reply.text
    yield "no code", browser.submit({"code": ""}, status=400).reply.text
    yield "privacy", browser.get("/privacy").reply.text
    yield "error", browser.get("/answer/1", status=403).reply.text


class Person:
    """One who answers two thirds of the statements and unfolds whatever can be unfolded."""

    def __init__(self, app, home, wave, language):
        self.browser, self.wave, self.language = Browser(app, ADDRESS), wave, language
        [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
        self.browser.get(f"/c/{code}")

    def first_page(self):
        page = self.browser.get(f"/answer/start?language={self.language}").reply.text
        yield "first page", page
        yield "first page unfolded", unfolded(page)

    def walk(self):
        yield from self.first_page()
        for number in range(1, len(questionnaire_pages(waves.version(self.wave.instrument))) + 1):
            page = self.browser.get(f"/answer/{number}").page
            names = sorted({each["name"] for each in page.select("[name^=item_]")})
            said = {name: "5" for place, name in enumerate(names) if place % 3}
            self.browser.submit(said, "forward")
            yield f"page {number}", self.browser.get(f"/answer/{number}").reply.text
        yield "who sees the results", self.browser.get("/answer/readers").reply.text
        yield "what was released", self.browser.get("/answer/released").reply.text
        yield "review", unfolded(self.browser.get("/answer/review").reply.text)
        yield "receipt", unfolded(self.browser.submit(press="/answer/send").reply.text)


def unfolded(html):
    return html.replace("<details", "<details open")
