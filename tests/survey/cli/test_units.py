"""The commands by which units change: each says what a unit holds before it asks whether it is meant."""

from survey.store.repositories import units
from tests.survey.cli.days import in_days


def added(run, name, *options):
    return run("unit", "add", name, *options)[1]


def test_units_are_moved_merged_closed_kept_and_removed_by_commands(run, installation):
    towns = [added(run, name, "--kind", "municipality") for name in ("Fjordby", "Annenby")]
    alm, bjerk, eik = (
        added(run, name, "--edition", "skole", "--parent", towns[0]) for name in ("Alm", "Bjerk", "Eik")
    )
    assert run("unit", "edition", alm, "barnehage") == (0, f"{alm} answers the edition barnehage.", "")
    assert run("unit", "edition", alm, "skole")[0] == 0
    status, said, _ = run("unit", "move", alm, "--parent", towns[1], "--yes")
    assert (status, said.splitlines()[-1]) == (0, f"{alm} lies in Annenby.")
    assert said.startswith(
        "Alm: 0 drafts, 0 surveys that are open or closed, 0 sealed, 0 leaders and deputies"
    )
    status, said, _ = run("unit", "merge", bjerk, eik, "--name", "Nyskolen", "--yes")
    merged = units.by_key(installation.database, said.splitlines()[-1])
    assert (merged.name, merged.edition) == ("Nyskolen", "skole")
    assert run("unit", "merge", alm, "--into", merged.key, "--name", "Ny")[0] == 2
    assert run("unit", "close", alm, "--yes")[0] == 0
    assert run("wave", "draft", alm, "--title", "Vår", "--invited", "9", "--closes", in_days(30))[0] == 2
    assert run("unit", "reopen", alm) == (0, f"{alm} is open again.", "")
    kept = "Results of surveys opened from now on are kept for {} years."
    assert run("unit", "keep", towns[1], "--years", "3")[1] == kept.format(3)
    assert run("unit", "keep", towns[1])[1] == kept.format(10)
    assert run("unit", "remove", alm, "--yes")[1].splitlines()[-1] == "Alm is removed."
    assert alm not in {each.key for each in units.every(installation.database)}
    wanted = [
        "edition-changed",
        "edition-changed",
        "unit-moved",
        "unit-merged",
        "unit-closed",
        "unit-reopened",
    ]
    wanted += ["years-changed", "years-changed", "unit-removed"]
    assert [each["event"] for each in run.logged if each["event"] in wanted] == wanted


def test_nothing_is_done_that_is_not_meant(run, installation, monkeypatch):
    town = added(run, "Fjordby", "--kind", "municipality")
    alm = added(run, "Alm", "--edition", "skole", "--parent", town)
    monkeypatch.setattr("click.confirm", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    before = units.every(installation.database)
    for command in (("move", alm), ("merge", alm, "--name", "Ny"), ("close", alm), ("remove", alm)):
        assert run("unit", *command)[0] != 0
    assert units.every(installation.database) == before
