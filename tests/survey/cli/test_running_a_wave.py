import io
import re
import stat
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdf
import pytest

from reports.disclosure import Audience
from survey.collection import admission, submission
from survey.store.repositories import access_history, accounts, waves
from tests.log_lines import without_time
from tests.restored import bring_back, copied
from tests.survey.cli.days import in_days
from tests.waves import ON_BOTH, REFERENCE, BareInstallation, alike, answer, simulated

LAST = in_days(60)

NEWEST = "learning_community@1.1.0"
WAITS = "waits for two of its three key sheets"


def draft(run, place, *options):
    plan = ("--title", "Vår", "--invited", "8", "--closes", LAST, *options)
    return run("wave", "draft", place, *plan)[1]


def last(told):
    """The last line that a command printed."""
    return told[1].splitlines()[-1]


@ON_BOTH
def test_a_wave_goes_all_the_way_by_the_command_line(run, place, installation, tmp_path):
    wave = draft(run, place, "--instrument", REFERENCE)
    assert run("wave", "status", wave)[1] == f"{wave}\tdraft\t{LAST}"
    assert run("wave", "open", wave) == (0, f"{wave} is open until {LAST}.", "")
    pdf = tmp_path / "slips.pdf"
    assert run("slips", wave, "--pdf", str(pdf))[0] == 0
    again = ("slips", wave, "--pdf", str(tmp_path / "again.pdf"), "--retire")
    assert run(*again)[0] == 1
    assert not (tmp_path / "again.pdf").exists()
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.read_bytes())).pages)
    codes = [word for word in text.split() if word.count("-") == 2 and len(word) == 15]
    assert len(codes) == 11  # eight people and three to spare
    for code in codes[:6]:
        held = admission.admit(installation.database, installation.keys, code, installation.today)
        submission.submit(installation.database, installation.keys, held, alike(), installation.today)
    assert run("wave", "status")[1].endswith(f"\topen\t{LAST}\t6+ of 8 have answered")
    assert last(run("wave", "close", wave, "--yes")) == f"{wave} is closed."
    assert last(run("wave", "seal", wave, "--yes")) == f"{wave} is sealed."
    assert run("wave", "seal", wave) == (0, f"{wave} is sealed.", "")
    assert run("verify") == (0, "Everything is in place.", "")
    assert waves.by_key(installation.database, wave).is_sealed


def test_the_newest_version_is_drafted_as_the_form_proposes_it(run, place, installation):
    drafted = waves.by_key(installation.database, draft(run, place))
    assert drafted.instrument == "learning_community@1.1.0"
    named = draft(run, place, "--instrument", "pulse@1.0.0")
    assert waves.by_key(installation.database, named).instrument == "pulse@1.0.0"


def test_a_wave_is_drafted_only_where_people_answer(run):
    owner = run("unit", "add", "Fjordby", "--kind", "municipality")[1]
    status, _, err = run("wave", "draft", owner, "--title", "Vår", "--invited", "8", "--closes", LAST)
    assert status == 2
    assert "unit-unmeasured: Fjordby only holds other units" in err


def test_looking_at_a_due_wave_does_not_close_it(run, place, installation):
    wave = draft(run, place)
    run("wave", "open", wave)
    with installation.database.writing() as connection:
        connection.exec_driver_sql("UPDATE wave SET opens_on = '2020-01-01', closes_on = '2020-02-01'")
    assert "closed" in run("wave", "status", wave)[1]
    assert waves.by_key(installation.database, wave).is_open
    status, out, err = run("wave", "seal", wave, "--yes")
    assert (status, out) == (2, "")
    assert "seal-too-few" in err
    assert "--destroy-without-result" in err
    assert waves.by_key(installation.database, wave).is_closed
    done = run("wave", "seal", wave, "--yes", "--destroy-without-result")
    assert last(done) == f"{wave} is closed without result."
    assert run("wave", "status", wave)[1] == f"{wave}\tsealed\t2020-02-01\twithout result"


CONSEQUENCES = """\
Asken skole, Vår: 6+ of 8 have answered.
- the mean of each dimension (at least 6 answers): enough have answered
- intervals, and how the answers are spread (at least 10 answers): too few have answered
- each statement by itself (at least 15 answers): too few have answered
- for the owner: the mean of each dimension (at least 10 answers): too few have answered
"""


def test_closing_and_sealing_say_what_comes_of_it_and_ask(run, place, installation, monkeypatch):
    wave = draft(run, place)
    run("wave", "open", wave)
    home = BareInstallation(installation.database, installation.keys)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    few = run("wave", "close", wave)
    assert few[0] == 1
    assert "0–5 of 8 have answered.\nNothing can be shown of so few, and the answers cannot be" in few[1]
    answer(home, waves.by_key(home.database, wave), simulated(6, of=NEWEST), installation.today)
    for act, state in (("close", "open"), ("seal", "closed")):
        monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
        status, out, _ = run("wave", act, wave)
        assert status == 1
        assert out.startswith(CONSEQUENCES)
        assert str(waves.by_key(home.database, wave).state) == state
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        assert run("wave", act, wave)[0] == 0
    assert "seal-enough" not in run("wave", "seal", wave, "--destroy-without-result")[2]


def test_answers_that_have_a_result_are_not_destroyed_by_a_command(run, place, installation):
    wave = draft(run, place)
    run("wave", "open", wave)
    home = BareInstallation(installation.database, installation.keys)
    answer(home, waves.by_key(home.database, wave), simulated(6, of=NEWEST), installation.today)
    run("wave", "close", wave, "--yes")
    assert "seal-enough" in run("wave", "seal", wave, "--yes", "--destroy-without-result")[2]
    assert waves.by_key(home.database, wave).is_closed
    assert run("wave", "seal", wave, "--sheets-stdin")[0] == 2


@pytest.fixture
def drill(run, place, installation, tmp_path):
    """Two open waves, the first of them as in a copy of the database that was brought back after sealing."""
    beside = run("unit", "add", "Bjerka skole", "--edition", "skole")[1]
    wave, other = draft(run, place, "--invited", "9"), draft(run, beside)
    for each in (wave, other):
        run("wave", "open", each)
    home = BareInstallation(installation.database, installation.keys)
    answer(
        home,
        waves.by_key(home.database, wave),
        simulated(6, of="learning_community@1.1.0"),
        installation.today,
    )
    copy = copied(installation.database, tmp_path / "copy")
    run("wave", "close", wave, "--yes")
    assert run("wave", "seal", wave, "--yes")[0] == 0
    bring_back(installation.database, copy)
    return wave, other


def test_a_copy_from_before_sealing_that_is_brought_back_stops_nothing_but_its_wave(run, drill):
    wave, other = drill
    status, out, _ = run("wave", "status")
    assert status == 0
    assert f"{wave}\topen\t{LAST}\tcannot be read: keys-missing" in out.splitlines()
    assert f"{other}\topen\t{LAST}\t0–5 of 8 have answered" in out.splitlines()
    status, _, err = run("verify")
    assert status == 2
    assert err.startswith(f"{wave}: keys-missing")
    assert f"kjennetegn wave abandon {wave}" in err
    assert len(err.splitlines()) == 1
    run("wave", "close", wave, "--yes")
    assert run("wave", "seal", wave, "--yes")[0] == 1
    run("wave", "close", other, "--yes")
    done = run("wave", "seal", other, "--yes", "--destroy-without-result")
    assert (done[0], last(done)) == (0, f"{other} is closed without result.")


def test_a_wave_whose_keys_are_lost_is_given_up_once_that_is_confirmed(run, drill, monkeypatch):
    wave, other = drill
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    status, out, _ = run("wave", "abandon", wave)
    assert status == 1
    assert "Asken skole, Vår: every answer to it" in out
    assert "cannot be read" in run("wave", "status", wave)[1]
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    status, out, _ = run("wave", "abandon", wave)
    assert (status, out.splitlines()[-1].endswith(f"{wave} is abandoned.")) == (0, True)
    assert run("wave", "status", wave)[1] == f"{wave}\tabandoned\t{LAST}"
    assert run("wave", "abandon", wave, "--yes")[:2] == (0, f"{wave} is abandoned.")
    assert run("verify") == (0, "Everything is in place.", "")
    assert "wave-readable" in run("wave", "abandon", other, "--yes")[2]


def test_a_wave_whose_key_is_split_goes_from_its_sheets_to_its_sealing(
    run, place, installation, monkeypatch, tmp_path
):
    wave, pdf = draft(run, place, "--split-key"), tmp_path / "sheets.pdf"
    assert "sheets-unprinted" in _open_with(run, monkeypatch, wave, ["AAAA"] * 3)[2]
    assert run("wave", "sheets", wave, "--pdf", str(pdf))[0] == 0
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.read_bytes())).pages]
    sheets = [re.sub(r"\s", "", re.search(r"[0-9A-Z]{4}(?:-\s*[0-9A-Z]{4}){7}", page)[0]) for page in pages]
    marks = [re.search(r"^[0-9A-Z]{4}$", page, re.MULTILINE)[0] for page in pages]
    assert "sheets-unproven" in _open_with(run, monkeypatch, wave, marks[:2] * 2)[2]
    assert _open_with(run, monkeypatch, wave, marks)[0] == 0
    home = BareInstallation(installation.database, installation.keys)
    answer(home, waves.by_key(home.database, wave), simulated(6, of=NEWEST), installation.today)
    run("wave", "close", wave, "--yes")
    told = run("wave", "status", wave)[1].split("\t")
    assert told == [wave, "closed", str(installation.today), "6+ of 8 have answered", WAITS]
    assert run("verify") == (0, "Everything is in place.", "")
    assert "sheets-awaited" in run("wave", "abandon", wave, "--yes")[2]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{sheets[0]}\n{sheets[0]}\n"))
    assert "sheets-wrong" in run("wave", "seal", wave, "--sheets-stdin", "--yes")[2]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{sheets[2]}\n{sheets[1]}\n"))
    done = run("wave", "seal", wave, "--sheets-stdin", "--yes")
    assert (done[0], last(done)) == (0, f"{wave} is sealed.")


def _open_with(run, monkeypatch, wave, marks):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(marks) + "\n"))
    return run("wave", "open", wave)


def test_sheets_that_could_not_be_written_leave_those_before_them_in_force(
    run, place, installation, tmp_path
):
    wave = draft(run, place, "--split-key")
    run("wave", "sheets", wave, "--pdf", str(tmp_path / "sheets.pdf"))
    before = waves.by_key(installation.database, wave).public_key
    assert before
    again = ("wave", "sheets", wave, "--pdf", str(tmp_path / "sheets.pdf"))
    # they were printed before: asked, and nobody is there to answer
    assert run(*again)[0] == 1
    assert run("wave", "sheets", wave, "--pdf", str(tmp_path / "none" / "sheets.pdf"), "--yes")[0] == 2
    assert waves.by_key(installation.database, wave).public_key == before
    assert "key-whole" in run("wave", "sheets", draft(run, place), "--pdf", str(tmp_path / "other.pdf"))[2]


def test_leaders_are_taken_to_answer_unless_it_is_said_that_they_do_not(run, place, installation):
    told = {
        option: waves.by_key(installation.database, draft(run, place, *filter(None, [option]))).audience
        for option in ("", "--leaders-answer", "--leaders-do-not-answer")
    }
    among, alone = Audience.LEADER_AMONG_RESPONDENTS, Audience.LEADER
    assert told == {"": among, "--leaders-answer": among, "--leaders-do-not-answer": alone}


def test_a_wave_by_link_gets_a_poster(run, place, tmp_path):
    wave = draft(run, place, "--open-link")
    address = run("wave", "open", wave)[1].splitlines()[1]
    assert re.fullmatch(r"https://svar\.example/open/\w{4}-\w{4}-\w{5}", address)
    pdf = tmp_path / "poster.pdf"
    assert run("slips", wave, "--pdf", str(pdf))[0] == 0
    [page] = pypdf.PdfReader(pdf).pages
    told = page.extract_text()
    assert address.removeprefix("https://") in told.replace("\n", "")
    assert all(said in told for said in ("Delta i undersøkelsen", "Ver med i undersøkinga", "Take part"))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("wave", "open", "nowhere"), "wave-unknown"),
        (("wave", "seal", "{wave}"), "wave-state"),
        (("wave", "close", "{wave}"), "wave-state"),
        (("slips", "{wave}", "--pdf", "{tmp}/slips.pdf", "--count", "9999"), "codes-number"),
        (("unit", "add", "Nameless"), "edition-missing"),
        (("unit", "add", "学校", "--edition", "skole"), "letter-unprintable"),
        (("unit", "add", "As\N{ZERO WIDTH SPACE}ken", "--edition", "skole"), "letter-unprintable"),
        (("unit", "add", "Lost", "--edition", "skole", "--parent", "x"), "unit-unknown"),
        (("account", "add", "a@b.no", "--role", "leader"), "role-unit"),
        (("account", "add", "a@b.no", "--role", "researcher", "--unit", "x"), "role-unit"),
        (("account", "grant", "a@b.no", "--role", "researcher"), "account-unknown"),
        (("account", "link", "a@b.no"), "account-unknown"),
        (("backup", "{tmp}/missing/copy.db"), "backup-"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_status_two(run, place, tmp_path, command, code):
    wave = draft(run, place)
    status, out, err = run(*(part.format(wave=wave, tmp=tmp_path) for part in command))
    assert (status, out) == (2, "")
    assert code in err
    assert list(tmp_path.glob("slips.pdf")) == []


def test_units_are_listed_with_what_they_are_part_of(run, place):
    owner = run("unit", "add", "Fjordby", "--kind", "municipality")[1]
    unit = run("unit", "add", "Eika", "--edition", "skole", "--parent", owner)[1]
    listed = run("unit", "list")[1].splitlines()
    assert f"{unit}\tworkplace\tskole\t{owner}\tEika" in listed
    assert f"{place}\tworkplace\tskole\t-\tAsken skole" in listed


def test_settings_that_are_missing_are_named(run, monkeypatch):
    monkeypatch.delenv("KJENNETEGN_KEYS")
    monkeypatch.setenv("KJENNETEGN_KEY", "x")
    status, _, err = run("verify")
    assert status == 2
    assert "KJENNETEGN_KEYS: setting-missing" in err
    assert "KJENNETEGN_KEY: setting-unknown" in err


def test_a_database_that_cannot_be_reached_is_named_without_its_password(run, monkeypatch):
    monkeypatch.setenv("KJENNETEGN_DATABASE", "postgresql://user:hunter2@127.0.0.1:1/name")
    status, _, err = run("unit", "list")
    assert status == 75  # it may be there later
    assert "database-away" in err
    assert "hunter2" not in err


def test_a_background_question_is_asked_only_where_it_is_named_and_enough_are_invited(
    run, place, installation
):
    wave = draft(run, place, "--background", "years_here@1", "--invited", "15")
    assert waves.by_key(installation.database, wave).background == "years_here@1"
    assert waves.by_key(installation.database, draft(run, place)).background is None
    plan = ("--title", "Vår", "--invited", "14", "--closes", LAST, "--background", "role@1")
    status, _, told = run("wave", "draft", place, *plan)
    assert status == 2
    assert "background-too-few" in told


def test_the_day_of_a_command_is_that_of_the_installations_time_zone(run, place, installation, monkeypatch):
    # an hour and a day apart: at no moment of any day do the two agree
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        monkeypatch.setenv("KJENNETEGN_TIME_ZONE", zone)
        before = datetime.now(ZoneInfo(zone)).date()
        wave = draft(run, place)
        assert waves.by_key(installation.database, wave).opens_on in {
            before,
            datetime.now(ZoneInfo(zone)).date(),
        }


def test_what_the_command_line_does_is_logged_by_keys_and_by_nobodys_name(
    run, installation, monkeypatch, tmp_path
):
    unit = run("unit", "add", "Asken skole", "--edition", "skole")[1]
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "leder@skole.no", "--role", "leader", "--unit", unit, "--password-stdin")
    run("account", "grant", "leder@skole.no", "--role", "editor")
    run("account", "link", "leder@skole.no", "--yes")
    leader = accounts.by_email(installation.database, "leder@skole.no").id
    wave = draft(run, unit)
    run("wave", "open", wave)
    run("slips", wave, "--pdf", str(tmp_path / "slips.pdf"))
    run("wave", "close", wave, "--yes")
    run("wave", "seal", wave, "--yes", "--destroy-without-result")
    run("report", unit, "--pdf", str(tmp_path / "report.pdf"))
    run("export", "--as", "csv", "--output", str(tmp_path / "figures.csv"))
    assert run("wave", "open", wave)[0] == 2  # refused: nothing was done
    place, of_wave = {"unit": unit}, {"unit": unit, "wave": wave}
    assert without_time(run.logged) == [
        {"level": "info", "account": "command line", "event": event, **details}
        for event, details in (
            ("unit-added", place),
            ("account-added", {"to": leader, "role": "leader", **place}),
            ("role-given", {"to": leader, "role": "editor"}),
            ("link-made", {"to": leader}),
            ("wave-drafted", of_wave),
            ("wave-opened", of_wave),
            ("slips-ordered", of_wave),
            ("wave-closed", of_wave),
            ("wave-sealed", of_wave),
            ("report-made", of_wave),
            ("export-made", {"rows": "dimensions", "format": "csv"}),
        )
    ]


def test_what_the_command_line_does_to_a_unit_is_shown_to_its_leaders(
    run, place, installation, monkeypatch, tmp_path
):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "leder@skole.no", "--role", "leader", "--unit", place, "--password-stdin")
    wave = draft(run, place)
    run("wave", "open", wave)
    run("slips", wave, "--pdf", str(tmp_path / "slips.pdf"))
    run("wave", "close", wave, "--yes")
    run("wave", "seal", wave, "--yes", "--destroy-without-result")
    run("report", place, "--pdf", str(tmp_path / "report.pdf"))
    run("report", "--all-under", place, "--directory", str(tmp_path / "reports"))
    run("export", "--as", "csv", "--output", str(tmp_path / "figures.csv"))
    run("account", "link", "leder@skole.no", "--yes")
    run("unit", "rename", place, "Nyskolen")
    run("account", "rename", "leder@skole.no", "ny@skole.no")
    run("account", "revoke", "ny@skole.no", "--role", "leader", "--unit", place)
    assert run("account", "remove", "ny@skole.no", "--yes")[0] == 0
    acts = access_history.acts_on_unit(installation.database, [place])
    assert {each.done_by for each in acts} == {"command line"}
    assert [(each.kind, each.about) for each in reversed(acts)] == [
        ("unit-added", "Asken skole"),
        ("role-given", "leader leder@skole.no"),
        ("wave-drafted", "Vår"),
        ("wave-opened", "Vår"),
        ("slips-ordered", "Vår"),
        ("wave-closed", "Vår"),
        ("wave-sealed", "Vår"),
        ("report-made", "Vår"),
        ("reports-made", ""),
        ("export-made", "dimensions"),
        ("link-made", "leder@skole.no"),
        ("unit-renamed", "Asken skole → Nyskolen"),
        ("address-changed", "leder@skole.no → ny@skole.no"),
        ("role-ended", "leader ny@skole.no"),
    ]
    [held] = access_history.roles_of_unit(installation.database, [place])
    assert (held.holder, held.given_by, held.ended_by) == ("leder@skole.no", "command line", "command line")
    assert held.given_at <= held.ended_at


def test_what_is_damaged_is_said_to_whoever_typed_and_logged(run, place, installation, tmp_path):
    with installation.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM ledger")
    status, _, said = run("export", "--as", "csv", "--output", str(tmp_path / "figures.csv"))
    assert status == 1
    assert "ledger-unreadable" in said
    assert run.logged[-1]["event"] == "fault"
    assert run.logged[-1]["code"] == "ledger-unreadable"
    assert place
