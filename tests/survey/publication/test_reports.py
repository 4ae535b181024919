"""Reports of an installation: which agreements they tell, to whom, and in which file."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports.pdf import report
from reports.results.agreed_actions import NO_AGREEMENTS, AgreedAction, Agreements
from survey.publication import reports
from survey.store.repositories import actions, releases, waves
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.waves import TODAY, release_below, sealed, simulated

AGREED = AgreedAction(
    "shared_practice", "Vi undrer oss sammen.", "Ett spørsmål i møtet.", "Teamlederne", "Flere syn.", TODAY
)


@pytest.fixture
def three(home):
    """Three sealed waves, a day apart."""
    return [
        sealed(
            home,
            simulated(12, seed=number),
            title=f"Wave {number}",
            closes_on=TODAY + timedelta(number),
        )
        for number in range(3)
    ]


def test_a_wave_tells_what_was_agreed_after_the_one_before_and_after_itself(home, three):
    after = [replace(AGREED, goal=f"Goal {number}") for number in range(3)]
    for wave, action in zip(three, after, strict=True):
        actions.add(home.database, wave, action)
    told = [reports.for_leader(home.database, home.policy, wave).agreed for wave in three]
    assert told == [
        Agreements((), (after[0],)),
        Agreements((after[0],), (after[1],)),
        Agreements((after[1],), (after[2],)),
    ]


def test_another_units_agreements_are_not_told(home, three):
    elsewhere = sealed(home, simulated(12), unit="Bjerka", closes_on=TODAY)
    actions.add(home.database, elsewhere, AGREED)
    assert [reports.for_leader(home.database, home.policy, wave).agreed for wave in three] == [
        NO_AGREEMENTS
    ] * 3


def test_an_owners_report_carries_no_word_of_an_agreement(home, three):
    for wave in three:
        actions.add(home.database, wave, AGREED)
    releases.decide(home.database, sealed_waves.whole(home.database), POLICY)
    page = report.html(reports.for_owner(home.database, home.policy, three[-1], three[-1].unit_key), "nb")
    assert AGREED.goal in report.html(reports.for_leader(home.database, home.policy, three[-1]), "nb")
    assert not any(text in page for text in (AGREED.goal, AGREED.action, AGREED.who, AGREED.sign))


def written(home, wave, directory, reader="leader"):
    """The files there are after all reports below the wave's unit were written into the directory."""
    database = home.database
    wanted = reports.planned_reports(database, POLICY, wave.unit_key, reader, None)
    printed = reports.report_renderer(database, POLICY, wave.unit_key, reader)
    new = [made for _, made in reports.write_all(wanted, printed, directory)]
    return new, sorted(each.name for each in directory.iterdir())


def test_a_changed_agreement_is_written_anew_in_place_of_the_old_file(home, three, tmp_path):
    wave = three[-1]
    directory = tmp_path / "reports"
    directory.mkdir()
    (directory / "asken-other.pdf").touch()
    plain = f"asken-wave-2-{wave.key}-leader-nb.pdf"
    assert written(home, wave, directory) == ([True], sorted([plain, "asken-other.pdf"]))
    noted = actions.add(home.database, wave, AGREED)
    (new, first), again = written(home, wave, directory), written(home, wave, directory)
    assert new == [True]
    assert again == ([False], first)
    assert len(first) == 2
    assert plain not in first
    actions.replace(home.database, wave, noted.key, replace(AGREED, due=date(2026, 12, 1)))
    new, second = written(home, wave, directory)
    assert new == [True]
    assert len(second) == 2
    assert second != first
    actions.remove(home.database, wave, noted.key)
    assert written(home, wave, directory) == ([True], sorted([plain, "asken-other.pdf"]))


def test_an_owners_file_does_not_know_of_agreements(home, three, tmp_path):
    directory = tmp_path / "reports"
    directory.mkdir()
    release_below(home, three[-1].unit_key)
    first = written(home, three[-1], directory, "owner")
    actions.add(home.database, three[-1], AGREED)
    assert written(home, three[-1], directory, "owner") == ([False], first[1])


def test_a_file_holds_the_agreements_that_its_name_is_made_of(home, three):
    actions.add(home.database, three[-1], AGREED)
    (sheet,) = reports.planned_reports(home.database, home.policy, three[-1].unit_key, "leader", "nb")
    before = report.report(reports.for_leader(home.database, home.policy, three[-1]), "nb")
    actions.add(home.database, three[-1], replace(AGREED, goal="Written meanwhile."))
    assert reports.report_renderer(home.database, home.policy, three[-1].unit_key, "leader")(sheet) == before


def test_names_of_files_are_readable_everywhere_and_never_the_same(home):
    names = ("Ås «sør» & 'nord'", "As sor nord", 'Ås: "sør"/nord', "nul", "Škola č. 1", "Школа")
    for name in names:
        sealed(home, simulated(12), unit=name, title="Høst 2026?")
    known = waves.every(home.database)
    planned = [reports.PlannedReport(wave, "owner", spoken) for wave in known for spoken in ("nb", "en")]
    assert {each.name for each in planned} == {
        f"{start}host-2026-{wave.key}-owner-{spoken}.pdf"
        for wave, start in zip(
            known, ("as-sor-nord-", "as-sor-nord-", "as-sor-nord-", "nul-", "skola-c-1-", ""), strict=True
        )
        for spoken in ("nb", "en")
    }
    assert len({each.name for each in planned}) == 2 * len(names)


def test_of_the_languages_chosen_each_is_made_that_a_unit_was_asked_in_or_else_its_own(home):
    wave = sealed(home, simulated(12), language="nn")
    release_below(home, wave.unit_key)

    def spoken(chosen):
        found = reports.planned_reports(home.database, home.policy, wave.unit_key, "owner", chosen)
        return [each.language for each in found]

    assert reports.offered_languages(home.database, wave.unit_key) == ["en", "nb", "nn"]
    assert spoken(["en", "nb"]) == ["nb", "en"]
    assert spoken(["da"]) == ["nn"]
    assert spoken("en") == ["en"]
