"""The wheel holds everything: installed into a bare environment elsewhere, the product works."""

import ast
import re
import secrets
import sys
import zipfile
from datetime import date, timedelta

import pikepdf
import pytest

from survey.web.guide.chapters import chapter
from tests.installation.bare import clean_environment, content, run
from tests.installation.remote import answer_by_link, free_port, serving
from tests.paths import PACKAGES, kept_files
from tests.policies import POLICY
from tests.waves import REFERENCE, version

VALUES = {"nb": "2", "nn": "3", "da": "4", "en": "5"}  # language → what is answered in it


def expected_content():
    """What a wheel has to hold: what git keeps of the packages, and a compiled catalogue for every .po."""
    ours = {name for name in kept_files() if name.split("/")[0] in PACKAGES}
    return ours | {name.removesuffix(".po") + ".mo" for name in ours if name.endswith(".po")}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of one installation's database and keys."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def variables(home, port):
    """The settings of that installation, and nothing of the suite's environment."""
    return clean_environment(
        KJENNETEGN_DATABASE=f"sqlite:///{home}/kjennetegn.db",
        KJENNETEGN_KEYS=str(home / "keys"),
        KJENNETEGN_SECRET=secrets.token_hex(32),
        KJENNETEGN_PUBLIC_URL=f"http://localhost:{port}",
    )


@pytest.fixture(scope="module")
def kjennetegn(environment, variables):
    """The installed command, run from / as an operator runs it: what it prints."""

    def command(*arguments):
        return run([environment / "bin/kjennetegn", *arguments], env=variables).stdout

    command("set-up")
    return command


def test_it_holds_what_git_keeps_of_the_packages_and_nothing_else(wheel):
    assert content(wheel) == expected_content()


def test_what_it_holds_is_what_counts():
    """Of every kind that an installation was once without, at least one file is asked for."""
    kinds = ["questionnaires/lock.toml", "1.1.0/instrument.toml", "definition.schema.json", ".icc", ".ttf"]
    kinds += [
        ".mo",
        "translations/nn/LC_MESSAGES/messages.po",
        "migrations/env.py",
        "migrations/script.py.mako",
    ]
    kinds += ["kjennetegn.css", "templates/respondent/page.html", "templates/report.html", "py.typed"]
    kinds += ["guide/nn/before.md", "figures.mplstyle", "static/copying.js"]
    names = expected_content()
    assert [kind for kind in kinds if not any(name.endswith(kind) for name in names)] == []


def test_the_way_over_a_source_archive_gives_the_same_wheel(wheel, checkout, tmp_path):
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, checkout])
    (built,) = tmp_path.glob("*.whl")
    assert content(built) == content(wheel)


def test_the_packages_are_imported_from_the_environment_and_not_from_the_checkout(environment):
    ask = f"import sys, {', '.join(PACKAGES)}; print([{', '.join(f'{name}.__file__' for name in PACKAGES)}])"
    said = run([environment / "bin/python", "-c", ask], env=clean_environment()).stdout
    places = ast.literal_eval(said)
    assert len(places) == len(PACKAGES)
    assert [place for place in places if not place.startswith(f"{environment}/")] == []


def test_no_package_of_the_suite_is_within_its_reach(environment):
    asked = ["pytest", "hypothesis", "mypy", "flask"]
    ask = f"from importlib.util import find_spec; print([name for name in {asked} if find_spec(name)])"
    assert run([environment / "bin/python", "-c", ask], env=clean_environment()).stdout.strip() == "['flask']"


def test_every_shipped_questionnaire_is_listed_from_any_folder(kjennetegn):
    listed = kjennetegn("instrument", "list")
    assert re.findall(r"(?m)^(\S+@[\d.]+)", listed) == [
        "learning_community@1.0.0",
        "learning_community@1.1.0",
        "pulse@1.0.0",
    ]


def opened_by_link(kjennetegn, edition, language):
    """A new unit's open wave: the unit's key, the wave's and its link."""
    unit = kjennetegn("unit", "add", f"Asken {edition}", "--edition", edition).strip()
    closes = (date.today() + timedelta(days=14)).isoformat()  # noqa: DTZ011 - the operator's own day
    draft = ["wave", "draft", unit, "--title", "Vår", "--invited", "8", "--closes", closes, "--open-link"]
    draft += ["--language", language, "--instrument", REFERENCE]
    wave = kjennetegn(*draft).strip()
    return unit, wave, re.search(r"http\S+", kjennetegn("wave", "open", wave))[0]


def test_a_survey_is_answered_in_four_languages_sealed_and_reported(
    kjennetegn, environment, variables, port, home
):
    unit, wave, link = opened_by_link(kjennetegn, "skole", "nb")
    _, _, danish_link = opened_by_link(kjennetegn, "folkeskole", "da")
    onward = {}
    with serving([environment / "bin/kjennetegn", "serve", "--port", str(port)], port, variables) as browser:
        titles = {tag: browser.get(f"/guide/before?language={tag}").heading for tag in VALUES}
        assert titles == {tag: chapter("before", tag, POLICY, str).title for tag in VALUES}
        assert len(set(titles.values())) == len(VALUES)
        people = [(link, "skole", language) for language in ("nb", "nn", "en", "nb", "nn", "en")]
        for address, edition, language in [*people, (danish_link, "folkeskole", "da")]:
            assert address.startswith(browser.address)
            path = address.removeprefix(browser.address)
            texts, onward[language] = answer_by_link(browser, path, language, VALUES[language])
            wording = version().wording(edition, language)
            assert wording.promise in texts[0]
            asked = "\n".join(texts[1:])
            for dimension in version().dimensions:
                assert wording.dimensions[dimension.id].heading in asked
                assert [item.id for item in dimension.items if wording.items[item.id] not in asked] == []
    # the program's own words are translated too: the compiled catalogues were found
    assert len(set(onward.values())) == len(VALUES)
    kjennetegn("wave", "close", wave, "--yes")
    kjennetegn("wave", "seal", wave, "--yes")
    report, slides = home / "report.pdf", home / "slides.pptx"
    kjennetegn("report", unit, "--pdf", str(report), "--slides", str(slides))
    assert zipfile.is_zipfile(slides)
    with pikepdf.open(report) as pdf:
        assert len(pdf.pages) >= 4
        assert str(pdf.Root.Lang) == "nb"
    assert "Everything is in place." in kjennetegn("verify")
