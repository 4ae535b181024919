"""How fast a report is made, stage by stage, beside typst (the limit), Chromium (a peer) and pyplot's recipe.

    python -m benchmarks.report [REPETITIONS]

All on a like document in one run: eight pages, nineteen figures, the same words. CPU seconds of this
process unless said otherwise, the median of the repetitions; the simulated answers have a fixed seed.
"""

import gc
import io
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from weasyprint import HTML

from instruments import library
from instruments.answers import matrix
from instruments.moments import Moments
from reports import charts, document, press
from reports.distributions import distribution, reach
from reports.profile import Profile, profile
from reports.release import Audience, Sealed, WaveIdentity
from reports.telling import Teller
from reports.wording import words
from survey import simulation

GOALS = {"typst": 11.0, "recipe": 8.0, "cold": 2.5, "pool": 3.5, "size": 200.0}
PEOPLE, INVITED, WAVES, POOLED = 32, 40, 2, 24


def sealed(wave: int) -> Sealed:
    """A wave of simulated answers, sealed."""
    import numpy as np  # noqa: PLC0415 - the cold process is measured with what a report itself imports

    version = library.get("learning_community@1.0.0")
    ease = simulation.difficulties(version, simulation.Spread(), 1)
    levels = {dimension.id: 3.2 + 0.1 * k for k, dimension in enumerate(version)}
    answers = simulation.simulate(version, PEOPLE, levels, ease, random=np.random.default_rng([wave, PEOPLE]))
    identity = WaveIdentity(
        "solbakken", "Solbakken skole", f"w{wave}", f"{2024 + wave}", date(2024 + wave, 4, 22),
        version.reference, "skole",
    )  # fmt: skip
    return Sealed(identity, version, INVITED, Moments.of(version, matrix(version, answers)))


def shown(seed: int = 0) -> Profile:
    """A profile with one wave before."""
    return profile([sealed(seed + wave) for wave in range(WAVES)], Audience.LEADER)


def printed(html: str) -> bytes:
    """The page as a PDF, past what is kept from the last time."""
    return press._printed.__wrapped__(html, document.STYLE)  # noqa: SLF001 - what is kept would be measured


def cpu(act: Callable[[], object], repetitions: int) -> float:
    """Median CPU seconds of this process for one `act`, after one that is not counted."""
    act()
    return statistics.median(_timed(act, time.process_time) for _ in range(repetitions))


def _timed(act: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()
    start = clock()
    act()
    return clock() - start


def stages(told: Profile, repetitions: int) -> dict[str, float]:
    """CPU seconds of each stage of one warm report."""
    said = words("nb")
    page = document.html(told, "nb")
    fonts, sheet = press._style(document.STYLE)  # noqa: SLF001 - a stage of its own

    def laid() -> object:
        return HTML(string=page).render(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")

    found = {
        "statistics": cpu(shown, repetitions),
        "figures": cpu(lambda: figures(told), repetitions),
        "page": cpu(lambda: document.html(told, said.language), repetitions),
        "layout": cpu(laid, repetitions),
        "layout and PDF": cpu(lambda: printed(page), repetitions),
    }
    found["page"] -= found["figures"]
    found["PDF"] = found.pop("layout and PDF") - found["layout"]
    return found


def figures(told: Profile) -> list[bytes]:
    """Every figure of the report."""
    said, far = words("nb"), reach(told)
    spread = [distribution(told, dimension.id) for dimension in told.version]
    return [
        charts.glance(told, said),
        *(charts.bars(each, far) for each in spread if each),
        *(charts.over_time(told, dimension.id, said) for dimension in told.version),
    ]


def recipe(told: Profile) -> bytes:
    """The same report the way it is usually done: pyplot's figures with words as paths, inline."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - only the recipe pays for pyplot

    page = document.html(told, "nb")
    teller = Teller(told, words("nb"))
    names = [teller.wording.dimensions[dimension.id].name for dimension in told.version]

    def drawn(_image: re.Match[str]) -> str:
        figure, axes = plt.subplots(figsize=(3.3, 2.2))
        axes.barh(names, [3.0 + k / 10 for k in range(len(names))], xerr=0.2)
        axes.set(xlim=(1, 5), xlabel=teller.words.say("Mean"), title=names[0])
        figure.tight_layout()
        held = io.StringIO()
        figure.savefig(held, format="svg")
        plt.close(figure)
        text = held.getvalue()
        return text[text.index("<svg") :]

    return printed(re.sub(r"<img [^>]*>", drawn, page))


def typst_document(profiles: Sequence[Profile], folder: Path) -> Callable[[], object]:
    """The like document in typst; each call compiles the next profile's, whose numbers it has not met."""
    import typst  # noqa: PLC0415 - for trials only, the product does not need it

    sources = [folder / str(k) / "report.typ" for k in range(len(profiles))]
    for source, told in zip(sources, profiles, strict=True):
        source.parent.mkdir()
        source.write_text(_typst_source(told, source.parent), encoding="utf-8")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(press.HERE / "fonts")])
    waiting = iter(sources)
    return lambda: typst.compile(str(next(waiting)), format="pdf", font_paths=fonts)


def _typst_source(told: Profile, folder: Path) -> str:
    """The same words, tables and figures on eight pages."""
    teller = Teller(told, words("nb"))
    drawings = figures(told)
    for k, drawing in enumerate(drawings):
        (folder / f"{k}.svg").write_bytes(drawing)
    said = ['#set text(font: "IBM Plex Sans", size: 8pt, lang: "nb")', "= Solbakken skole", "#pagebreak()"]
    said += ["= Kort fortalt", '#image("0.svg", width: 86mm)', "#pagebreak()"]
    for k, section in enumerate(document.sections(told, teller.words)):
        said += [f"== {section.words.name}", _plain(section.words.definition), f'#image("{k + 1}.svg")']
        lines = section.table.lines if section.table else ()
        cells = [f"[{_plain(cell)}]" for line in lines for cell in (line.name, *line.cells)]
        said.append(f"#table(columns: (4fr, {'1fr, ' * 7}), {', '.join(cells)})")
        said += [_plain(rubric.sign) for _, rubric in section.signs]
        said += [f"- {_plain(question)}" for question in section.words.questions]
        said.append("#pagebreak()" if k % 3 == 2 else "")  # noqa: PLR2004 - three dimensions on a page
    said += [
        "= Over tid",
        *(f'#image("{k}.svg", width: 56mm, height: 20mm)' for k in range(10, len(drawings))),
    ]
    return "\n\n".join([*said, "#pagebreak()", "= Snakk sammen", "#pagebreak()", "= Metode"])


def _plain(text: str) -> str:
    return re.sub(r"([#$@*_<>\[\]\\`~])", r"\\\1", text)


def chromium(page: str, repetitions: int) -> float:
    """Wall seconds of a warm browser for setting and printing the page, tagged."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for trials only

    style = (document.TEMPLATES / document.STYLE).read_text(encoding="utf-8")
    whole = page.replace("</head>", f"<style>{style}</style></head>")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page()

        def print_it() -> object:
            tab.set_content(whole)
            return tab.pdf(tagged=True, format="A4")

        print_it()
        took = statistics.median(_timed(print_it, time.perf_counter) for _ in range(repetitions))
        browser.close()
    return took


def cold() -> float:
    """Wall seconds of a fresh process that makes one report."""
    code = "from benchmarks.report import shown; from reports import document; document.report(shown(), 'nb')"
    return _timed(lambda: subprocess.run([sys.executable, "-c", code], check=True), time.perf_counter)  # noqa: S603


def made(seed: int) -> int:
    """One report in a worker process; its size."""
    return len(printed(document.html(shown(seed), "nb")))


def pooled(workers: int) -> float:
    """Reports in a second by so many processes that have made one before."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(made, range(workers * 2)))
        start = time.perf_counter()
        list(pool.map(made, range(100, 100 + POOLED)))
        return POOLED / (time.perf_counter() - start)


def main(repetitions: int) -> None:
    """Print the table of the run."""
    told = shown()
    cores = os.cpu_count() or 1
    print(f"cold process     {cold():8.2f} s wall      goal: at most {GOALS['cold']}")
    found = stages(told, repetitions)
    for name, seconds in found.items():
        print(f"  {name:15}{1000 * seconds:8.0f} ms")
    page = document.html(told, "nb")
    warm, size = sum(found.values()), len(printed(page)) / 1000
    print(f"warm report      {1000 * warm:8.0f} ms, {size:.0f} kB   goal: at most {GOALS['size']:.0f} kB")
    with tempfile.TemporaryDirectory() as folder:
        others = [shown(10 * seed) for seed in range(1, repetitions + 2)]
        limit = cpu(typst_document(others, Path(folder)), repetitions)
    print(
        f"typst            {1000 * limit:8.0f} ms; ours {warm / limit:.1f} ×   goal: at most {GOALS['typst']}"
    )
    peer = chromium(page, repetitions)
    print(f"Chromium (wall)  {1000 * peer:8.0f} ms; {peer / limit:.1f} × typst")
    usual = cpu(lambda: recipe(told), max(1, repetitions // 3))
    ratio = usual / warm
    print(f"pyplot, inline   {1000 * usual:8.0f} ms; {ratio:.1f} × ours   goal: at least {GOALS['recipe']}")
    print(f"pool of {cores}        {pooled(cores):8.2f} reports/s   goal: at least {GOALS['pool']}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
