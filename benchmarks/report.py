"""How fast a report is made, stage by stage, beside typst (the limit), Chromium (a peer) and pyplot's recipe.

    python -m benchmarks.report [REPETITIONS]

One document in one run: the others are given the very page that ours is printed from, six pages with every
word, table and figure. CPU seconds of this process unless said otherwise, the median of the repetitions; the
simulated answers have a fixed seed. Ours and the others take turns, and the ratio is that of a turn, so that
a busy machine slows both.
"""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from shutil import which

from instruments import library
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.answers import response_matrix
from reports.disclosure import Audience, SealedWave, WaveIdentity
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.pdf import html_pages, rendering, report
from reports.presentation.figures import drawing
from reports.presentation.figures.drawing import Drawing
from reports.presentation.views import profile_view
from reports.results.profile import Profile, profile
from survey.collection.sealing import kept_detail
from survey.demo import simulation

ONE_REPORT = "from benchmarks import report; report.report.report(report.shown(), 'nb')"
LIBRARIES = "import numpy, scipy.special, weasyprint, matplotlib.backends.backend_svg"
PEOPLE, INVITED, WAVES, POOLED = 32, 40, 2, 24


def sealed(wave: int) -> SealedWave:
    """Return a sealed wave of simulated answers."""
    import numpy as np  # noqa: PLC0415 - the cold process is measured with what a report itself imports

    version = library.get("learning_community@1.0.0")
    ease = simulation.difficulties(version, simulation.VarianceComponents(), 1)
    levels = {dimension.id: 3.2 + 0.1 * k for k, dimension in enumerate(version)}
    answers = simulation.simulate(version, PEOPLE, levels, ease, random=np.random.default_rng([wave, PEOPLE]))
    identity = WaveIdentity(
        "solbakken", "Solbakken skole", f"w{wave}", f"{2024 + wave}", date(2024 + wave, 4, 22),
        version.reference, "skole",
    )  # fmt: skip
    policy = read_policy(DEFAULT_POLICY)
    moments = SealedMoments.of(
        version, response_matrix(version, answers), kept_detail(policy), np.random.default_rng(1)
    )
    return SealedWave(identity, version, INVITED, moments)


def shown(seed: int = 0) -> Profile:
    """Build a profile with one wave before."""
    return profile(
        [sealed(seed + wave) for wave in range(WAVES)], Audience.LEADER, read_policy(DEFAULT_POLICY)
    )


def printed(html: str) -> bytes:
    """Return the page as a PDF, past what is kept from the last time."""
    return rendering.render_uncached(html, report.STYLE)


def cpu(act: Callable[[], object], repetitions: int) -> float:
    """Return the median CPU seconds of this process for one `act`, after one that is not counted."""
    act()
    return statistics.median(_timed(act, time.process_time) for _ in range(repetitions))


def _timed(act: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()
    drawing._saved_once.cache_clear()  # noqa: SLF001 - as the first report of a wave draws them
    start = clock()
    act()
    return clock() - start


def stages(told: Profile, repetitions: int) -> dict[str, float]:
    """Return the CPU seconds of each stage of one warm report."""
    page, lay_out = report.html(told, "nb"), rendering._lay_out  # noqa: SLF001 - a stage of its own
    found = {
        "statistics": cpu(shown, repetitions),
        "figures": cpu(lambda: figures(told), repetitions),
        "page": cpu(lambda: report.html(told, "nb"), repetitions),
        "layout": cpu(lambda: lay_out(page, report.STYLE), repetitions),
        "layout and PDF": cpu(lambda: printed(page), repetitions),
    }
    found["page"] -= found["figures"]
    found["PDF"] = found.pop("layout and PDF") - found["layout"]
    return found


def figures(told: Profile) -> list[bytes]:
    """Draw every figure of the report."""
    view = profile_view(told, "nb")
    answers = [each.answers.drawing for each in view.dimensions if each.answers]
    drawn: list[Drawing | None] = [view.overview(), view.change.drawing, view.over_time, *answers]
    return [each.svg for each in drawn if each]


def chromium(page: str, repetitions: int) -> float:
    """Return the wall seconds of a warm browser for setting and printing the page, tagged."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for trials only

    style = (html_pages.TEMPLATES / report.STYLE).read_text(encoding="utf-8")
    whole = page.replace("</head>", f"<style>{style}</style></head>")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium-headless-shell"), args=["--no-sandbox"]
        )
        tab = browser.new_page()

        def print_it() -> object:
            tab.set_content(whole)
            return tab.pdf(tagged=True, format="A4")

        print_it()
        took = statistics.median(_timed(print_it, time.perf_counter) for _ in range(repetitions))
        browser.close()
    return took


def cold(code: str) -> float:
    """Return the wall seconds of a fresh process that runs the code."""
    return _timed(lambda: subprocess.run([sys.executable, "-c", code], check=True), time.perf_counter)  # noqa: S603


def side_by_side(repetitions: int) -> Iterator[tuple[float, float, float]]:
    """CPU seconds of a warm report of ours, of typst's, and of pyplot's, each time of another profile."""
    from benchmarks import in_pyplot, in_typst  # noqa: PLC0415 - a cold process pays for neither

    seeds = range(10, 10 * (repetitions + 2), 10)
    with tempfile.TemporaryDirectory() as folder:
        compiled = in_typst.compiling([report.html(shown(seed), "nb") for seed in seeds], Path(folder))
        for seed in seeds:
            ours = _timed(partial(made, seed), time.process_time)
            limit = _timed(compiled, time.process_time)
            told = shown(seed)
            usual = _timed(lambda told=told: printed(in_pyplot.page(told)), time.process_time)  # type: ignore[misc]
            if seed > seeds[0]:  # the first of each loads its fonts
                yield ours, limit, usual


def made(seed: int) -> int:
    """Make one report in a worker process; return its size."""
    return len(printed(report.html(shown(seed), "nb")))


def pooled(workers: int) -> float:
    """Return reports in a second by so many processes that have made one before."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(made, range(workers * 2)))
        start = time.perf_counter()
        list(pool.map(made, range(100, 100 + POOLED)))
        return POOLED / (time.perf_counter() - start)


def rows(repetitions: int) -> Iterator[tuple[str, str, str]]:
    """Yield what was measured: its name, the figure, and what it should be."""
    told, cores = shown(), os.cpu_count() or 1
    page = report.html(told, "nb")
    yield "cold process, wall", f"{cold(ONE_REPORT):.2f} s", "at most 2.5 s"
    yield "  its libraries alone", f"{cold(LIBRARIES):.2f} s", ""
    for name, seconds in stages(told, repetitions).items():
        yield f"  {name}", _ms(seconds), ""
    ours, limit, usual = zip(*side_by_side(repetitions), strict=True)
    yield "warm report", _ms(statistics.median(ours)), "under 1000 ms where typst takes 120"
    yield "its file", f"{len(printed(page)) / 1000:.0f} kB", "at most 200 kB"
    yield "typst", _ms(statistics.median(limit)), ""
    yield "  ours beside it", _times(ours, limit), "at most 8 ×"
    yield "pyplot, inline", _ms(statistics.median(usual)), ""
    yield "  beside ours", _times(usual, ours), "at least 5 ×"
    yield "Chromium, wall", _ms(chromium(page, repetitions)), ""
    yield f"pool of {cores}", f"{pooled(cores):.2f} reports/s", "at least 3.5 on 4 cores"


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _times(some: Sequence[float], others: Sequence[float]) -> str:
    return f"{statistics.median(one / other for one, other in zip(some, others, strict=True)):.1f} ×"


def main(repetitions: int) -> None:
    """Print the table of the run as it is measured."""
    for name, figure, goal in rows(repetitions):
        print(f"{name:24}{figure:>16}   {goal}".rstrip(), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
