"""The report as people get it: its pages, its tags, its words, and the same bytes every time."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import pikepdf
import pytest
from markupsafe import escape
from weasyprint import HTML

from instruments import library
from instruments.problems import Refused
from reports.disclosure import Audience
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.pdf import report
from reports.presentation import headline
from reports.presentation.figures import answer_bars, drawing
from reports.presentation.locale import get_locale
from reports.presentation.views import profile_view
from reports.results.agreed_actions import (
    LONGEST,
    LONGEST_LOOK_BACK,
    NO_AGREEMENTS,
    ActionStatus,
    AgreedAction,
    Agreements,
    Check,
    LookBack,
)
from reports.results.expectations import Expectation, Expected
from reports.results.profile import profile
from reports.results.verdicts import Verdict
from tests.policies import POLICY
from tests.reports.validating import faults
from tests.reports.waves import believable, sealed_from

MOST_PAGES = 6
PIXELS = 96 / 25.4  # in a millimetre
VERSION = library.get("learning_community@1.0.0")
SPOKEN = [(edition, tag) for edition, tags in VERSION.editions.items() for tag in tags]


AGREED = AgreedAction(
    "shared_practice",
    "We wonder together",
    "A question a meeting",
    "Team leaders",
    "More than one view",
    date(2026, 2, 1),
)
PARTS = ("goal", "action", "who", "sign")


def shown(sizes, *, edition="skole", agreed=NO_AGREEMENTS):
    """The profile of so many waves of so many people, the last one's being told."""
    waves = [
        sealed_from(VERSION, believable(VERSION, n, seed=n + place), wave=f"wave-{place}", edition=edition)
        for place, n in enumerate(sizes)
    ]
    return profile(waves, Audience.LEADER, POLICY, agreed=agreed)


def text_of(pdf):
    # in the order of the file, which is the one it is read in
    command = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S603 - our own file


def elements(node, found):
    """Every structure element below a node, in reading order, as (tag, element)."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found.append((str(kid["/S"]), kid))
            elements(kid, found)
    return found


@cache
def laid_out(edition, language):
    """The report of two waves, laid out once: the edition, the language, the rows of its tables and the file.

    Of each row what it says, and its height in millimetres.
    """
    laid, render = [], HTML.render
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            HTML, "render", lambda *given, **named: laid.append(render(*given, **named)) or laid[0]
        )
        report.rendering._render_cached.cache_clear()
        pdf = report.report(shown([30, 33], edition=edition), language)
    (document,) = laid
    boxes = [
        box for page in document.pages for box in page._page_box.descendants() if box.element_tag == "tr"
    ]
    rows = [("".join(box.element[0].itertext()), round(box.height / PIXELS, 2)) for box in boxes]
    return edition, language, rows, pdf


@pytest.fixture(scope="module", params=SPOKEN, ids="-".join)
def spoken(request):
    """A report in each edition and language."""
    return laid_out(*request.param)


def questions_in(pdf, edition, language):
    """How often each question of each dimension is printed."""
    said = " ".join(text_of(pdf).split())
    wording = VERSION.wording(edition, language)
    questions = [question for words in wording.dimensions.values() for question in words.questions]
    assert questions
    return {said.count(question) for question in questions}


def complaints(caplog):
    """What WeasyPrint had to complain of."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")]


def test_every_edition_and_language_has_a_report_of_six_tagged_pages(spoken):
    edition, language, _, pdf = spoken
    assert faults(pdf) == []
    assert questions_in(pdf, edition, language) == {1}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == MOST_PAGES
        assert str(opened.Root.Lang).split("-")[0] == language
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"])
        assert all(str(page.get("/Tabs")) == "/S" for page in opened.pages)
        found = elements(opened.Root.StructTreeRoot, [])
    figures = [element for tag, element in found if tag == "/Figure"]
    assert len(figures) == 3 + len(VERSION.dimensions)
    assert all(len(str(figure.get("/Alt", ""))) > 20 for figure in figures)
    levels = [int(tag[2]) for tag, _ in found if re.fullmatch(r"/H\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


PAGES = [
    ([4], 2),
    ([5], 4),
    ([12], 5),
    ([12, 13], 5),
    ([16], 6),
    ([400], 6),
    ([4, 30], 6),
    ([30, 7, 8], 4),
    ([25] * 10, 6),
]


@pytest.mark.parametrize(("sizes", "pages"), PAGES, ids=str)
def test_the_number_of_pages_follows_from_what_is_released(sizes, pages, caplog):
    report.rendering._render_cached.cache_clear()
    report.rendering._style.cache_clear()  # a style sheet is complained of once, when it is read
    pdf = report.report(shown(sizes), "nb")
    assert complaints(caplog) == []
    assert faults(pdf) == []
    # as soon as there is a score to talk about
    assert questions_in(pdf, "skole", "nb") == {int(pages > 2)}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == pages


def test_a_wave_of_four_shows_no_score_anywhere():
    said = text_of(report.report(shown([4]), "nb"))
    assert "Det vises ingen tall for denne undersøkelsen" in said
    method = said.index("Metode og personvern")
    assert re.findall(r"\b[1-5],\d", said[:method]) == []


@pytest.mark.parametrize(
    ("sizes", "follows"),
    [([30, 33], True), ([30, 4], False), ([4, 30], False), ([30, 7], False), ([30], False)],
)
def test_waves_are_drawn_over_time_where_another_one_is_seen_and_this_one_has_intervals(sizes, follows):
    assert ("over tid</h2>" in report.html(shown(sizes), "nb")) is follows


def test_a_wave_of_seven_shows_means_of_one_decimal_and_nothing_finer():
    said = text_of(report.report(shown([7]), "nb"))
    method = said.index("Metode og personvern")
    assert re.search(r"\b[1-5],\d\b", said)
    assert re.findall(r"\b\d,\d\d\b", said[:method]) == []
    assert len(re.findall(r"\d\s%", said[:method])) == 2  # who answered, on the first page and in its table


def test_the_same_statistics_give_the_same_bytes():
    edition, language, _, pdf = laid_out("skole", "nn")
    report.rendering._render_cached.cache_clear()
    drawing._saved_once.cache_clear()
    assert report.report(shown([30, 33], edition=edition), language) == pdf


def test_every_font_is_embedded_as_a_subset_and_the_file_is_sound(tmp_path):
    *_, pdf = laid_out("skole", "nn")
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)  # noqa: S603, S607 - our own file
    assert checked.returncode == 0, checked.stdout
    with pikepdf.open(path) as opened:
        found = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        named = [str(each["/BaseFont"]) for each in found if each.get("/Type") == "/Font"]
    assert named
    assert all(re.match(r"/[A-Z]{6}\+IBM-Plex-Sans", name) for name in named), named


def test_a_name_with_markup_is_printed_as_it_is():
    waves = [sealed_from(VERSION, believable(VERSION, 30), unit="<b>ask & elm</b>")]
    assert "<B>Ask & Elm</B>" in text_of(report.report(profile(waves, Audience.LEADER, POLICY), "en"))


@pytest.mark.parametrize(("language", "code"), [("sv", "language-unknown"), ("da", "language-missing")])
def test_a_language_that_is_not_spoken_is_refused(language, code):
    with pytest.raises(Refused) as refused:
        report.report(shown([30]), language)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_every_row_of_a_table_is_as_high_as_its_bar(spoken):
    edition, language, rows, _ = spoken
    statements = set(VERSION.wording(edition, language).items.values())
    heights = [height for said, height in rows if said.removeprefix("↺ ") in statements]
    assert len(heights) == len(VERSION.items)
    assert set(heights) == {answer_bars.ROW}


def test_the_text_is_read_in_the_order_of_the_report():
    *_, pdf = laid_out("skole", "en")
    said = text_of(pdf)
    headings = [
        "What the answers settle",
        "What has changed",
        "Since last time",
        "Dimension by dimension",
        "Talk together",
    ]
    places = [said.index(heading) for heading in [*headings, "Method and privacy"]]
    assert places == sorted(places)


def test_every_cell_of_a_table_names_the_headers_of_its_row_and_column():
    *_, pdf = laid_out("skole", "nb")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = elements(opened.Root.StructTreeRoot, [])
        heads = {str(element.ID) for tag, element in found if tag == "/TH"}
        cells = [
            [str(each) for each in element.get("/A", {}).get("/Headers", [])]
            for tag, element in found
            if tag == "/TD" and element.get("/K")
        ]
    assert heads
    assert all(set(named) <= heads for named in cells)
    # a mean for each statement, and in the table of waves two means and a difference for each dimension
    assert sum(len(named) == 2 for named in cells) >= len(VERSION.items) + 3 * len(VERSION.dimensions)
    assert all(cells)


@pytest.mark.parametrize(("size", "language"), [*((size, "nb") for size in (4, 7, 12, 30)), (30, "en")])
def test_the_longest_names_and_agreements_keep_to_their_pages(size, language):
    name = "Nordmøre og Romsdal interkommunale oppvekstsenter " * 4
    said = "Vi skal bruke mer av møtetiden på åpne spørsmål om undervisningen og det vi har sett. " * 3
    parts = {part: said[:longest].rstrip() for part, longest in LONGEST.items()}
    agreed = tuple(
        AgreedAction(dimension.id, due=date(2031, 9, 30), **parts)
        for dimension in (VERSION.dimensions[2], VERSION.dimensions[4])
        for _ in range(2)
    )
    waves = [
        sealed_from(VERSION, believable(VERSION, size, seed=k), unit=name, wave=f"{k} {name}")
        for k in range(2)
    ]
    pdf = report.report(profile(waves, Audience.LEADER, POLICY, agreed=Agreements(agreed, agreed)), language)
    assert faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) <= MOST_PAGES
    told = [page.count("2031") for page in text_of(pdf).split("\f")]
    assert [each for each in told if each] == [4, 4]
    assert told[0] == 4
    # each on one line, in the month with the longest name
    assert text_of(pdf).count(get_locale(language).day(date(2031, 9, 30))) == 8


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_all_that_can_become_of_the_longest_agreements_keeps_to_the_first_page(language, monkeypatch):
    said, words = VERSION.wording("skole", language).items, get_locale(language)
    longest = sorted(VERSION.items, key=lambda item: len(said[item.id]))[-2:]
    monkeypatch.setattr(headline, "most_divided_items", lambda _: longest)
    text = "Vi skal bruke mer av møtetiden på åpne spørsmål om undervisningen og det vi har sett. " * 3
    parts = {part: text[:length].rstrip() for part, length in LONGEST.items()}
    found = LookBack(ActionStatus.CHANGED, text[:LONGEST_LOOK_BACK].rstrip(), date(2031, 10, 1))
    ids = [VERSION.dimensions[place].id for place in (2, 4)]
    agreed = tuple(
        AgreedAction(name, due=date(2031, 9, 30), look_backs=(found,), **parts)
        for name in ids
        for _ in range(2)
    )
    checks = tuple(Check("Oppfølging, vår 2032", name, Verdict.NO_CERTAIN_CHANGE) for name in ids)
    expected = tuple(Expectation(name, Expected.MORE) for name in ids)
    waves = [sealed_from(VERSION, believable(VERSION, 30, seed=k), wave=f"Vår {k}") for k in range(2)]
    told = profile(waves, Audience.LEADER, POLICY, agreed=Agreements(agreed, (), expected, checks))
    first = " ".join(text_of(report.report(told, language)).split("\f")[0].split())
    assert all(said[item.id].rstrip(".") in first for item in longest)
    assert first.count(words.day(found.noted_on)) == 4
    assert first.count("Oppfølging, vår 2032: ") == 2
    assert first.count(words.say("Beforehand we expected more of this.")) == 2
    assert first.endswith("1 / 6")


def test_the_report_opens_with_what_was_agreed_and_what_became_of_it_and_plans_at_the_end():
    planned = replace(AGREED, dimension="evidence_use", goal="Use what we know", due=date(2026, 10, 1))
    said = " ".join(
        text_of(report.report(shown([30, 33], agreed=Agreements((AGREED,), (planned,))), "en")).split()
    )
    order = [
        "What has changed",
        "What we agreed last time",
        AGREED.goal,
        "1 February",
        "The answers do not settle whether this has changed: Shared practice.",
        "Dimension by dimension",
        "Talk together",
        "This is what we have agreed.",
        planned.goal,
        "1 October",
        "Method and privacy",
    ]
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    assert said.count(AGREED.goal) == said.count(planned.goal) == 1
    assert "Before you read on" not in said
    assert "Focus 1" not in said


def test_agreements_stand_in_the_order_of_the_questionnaire():
    first = replace(AGREED, dimension="shared_values_goals", goal="What we are here for")
    said = " ".join(text_of(report.report(shown([30], agreed=Agreements((AGREED, first))), "en")).split())
    assert said.index(first.goal) < said.index(AGREED.goal)


def test_at_the_first_wave_the_page_asks_for_the_readers_own_first_look():
    said = text_of(report.report(shown([30]), "en"))
    assert said.index("What has changed") < said.index("Before you read on") < said.index("Dimension by dim")
    assert "What we agreed last time" not in said
    assert "Focus 1" in said


def test_agreements_are_told_where_no_figure_is():
    said = " ".join(text_of(report.report(shown([30, 4], agreed=Agreements((AGREED,))), "en")).split())
    assert said.index("What we agreed last time") < said.index(AGREED.sign) < said.index("Talk together")


def test_markup_in_an_agreement_is_printed_as_it_is():
    texts = ["<b>x</b> & y", "{{ 7 * 7 }}", "<!-- x -->", "&lt;i&gt;"]
    marked = [
        AgreedAction(
            "shared_practice", **dict(zip(PARTS, texts[k:] + texts[:k], strict=True)), due=AGREED.due
        )
        for k in range(len(texts))
    ]
    told = shown([30], agreed=Agreements(tuple(marked), tuple(marked)))
    page, said = report.html(told, "nb"), " ".join(text_of(report.report(told, "nb")).split())
    counted = [(page.count(f">{escape(text)}</td>"), said.count(text)) for text in texts]
    assert counted == [(2 * len(PARTS), 2 * len(PARTS))] * len(texts)


def test_an_agreement_about_a_dimension_that_is_no_longer_asked_about_is_left_out():
    dropped = replace(AGREED, dimension="weather")
    assert report.html(shown([30], agreed=Agreements((dropped,))), "nb") == report.html(shown([30]), "nb")


def test_a_changed_agreement_gives_a_new_file_and_an_unchanged_one_the_kept():
    made = report.html(shown([30], agreed=Agreements((AGREED,))), "nb")
    first = report.report(shown([30], agreed=Agreements((AGREED,))), "nb")
    kept = report.rendering._render_cached.cache_info().hits
    assert report.report(shown([30], agreed=Agreements((AGREED,))), "nb") is first
    assert report.rendering._render_cached.cache_info().hits == kept + 1
    for changed in (replace(AGREED, who="Everybody"), replace(AGREED, due=date(2026, 2, 2))):
        # by which files are kept
        assert report.html(shown([30], agreed=Agreements((changed,))), "nb") != made


def test_a_report_with_agreements_is_tagged_like_any_other(caplog):
    report.rendering._render_cached.cache_clear()
    pdf = report.report(shown([30, 33], agreed=Agreements((AGREED,), (AGREED,))), "nn")
    assert complaints(caplog) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = elements(opened.Root.StructTreeRoot, [])
    levels = [int(tag[2]) for tag, _ in found if re.fullmatch(r"/H\d", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    heads = {str(element.ID) for tag, element in found if tag == "/TH"}
    cells = [element for tag, element in found if tag == "/TD" and element.get("/K")]
    assert all({str(each) for each in cell.A.Headers} <= heads for cell in cells)


def test_an_owners_report_has_no_row_for_statements_an_owner_is_never_told():
    wave = sealed_from(VERSION, believable(VERSION, 40))
    ledger = decide(Ledger(), [wave], POLICY)
    owner, leader = (
        profile([wave], Audience.OWNER, POLICY, ledger=ledger),
        profile([wave], Audience.LEADER, POLICY),
    )
    statements = VERSION.wording("skole", "nb").items.values()
    pages = [report.html(each, "nb") for each in (owner, leader)]
    assert [sum(str(escape(text)) in page for text in statements) for page in pages] == [0, 36]
    tables = [each.answers and each.answers.table for each in profile_view(owner, "nb").dimensions]
    assert {len(table.lines) for table in tables} == {1}
    assert not any(line.cells for table in tables for line in table.lines)
    assert not any(text in pages[0] for text in ("Snakk sammen", "Hva vi avtalte sist", "Fokus 1"))
    pdf = report.report(owner, "nb")
    assert faults(pdf) == []
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) < MOST_PAGES


def test_the_legend_is_that_of_the_finest_bars_also_where_the_first_dimension_has_coarser_ones():
    answers = believable(VERSION, 30)
    for row in answers:
        # a statement that all answer alike is not shown, nor are the others of its dimension
        row[VERSION.item_columns[VERSION.dimensions[0].items[0].id]] = 4
    view = profile_view(profile([sealed_from(VERSION, answers)], Audience.LEADER, POLICY), "en")
    kinds = [len(each.answers.categories) for each in view.dimensions if each.answers]
    assert kinds[0] == 3
    assert set(kinds[1:]) == {5}
    legends = re.findall('<p class="legend">.*?</p>', report.html(view.profile, "en"))
    assert len(legends) == 3
    assert all(each.count("swatch") == 5 for each in legends)


def test_words_that_are_too_many_for_three_dimensions_a_page_are_set_smaller(monkeypatch):
    told = shown([30])
    usual = report.html(told, "nb")
    monkeypatch.setattr(report, "_LETTERS", 900)
    assert [page.count('"dimension tight"') for page in (usual, report.html(told, "nb"))] == [0, 9]
