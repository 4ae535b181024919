"""`kjennetegn wave` and `kjennetegn slips`: from a draft to sealed statistics."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from instruments import background
from reports.files import atomic_write
from survey.background import key_sheet_printing, slip_printing
from survey.cli.installed import act_on_unit, installed, looked_at
from survey.collection import (
    admission,
    code_issuing,
    lifecycle,
    planning,
    sealing,
    sheet_sealing,
    stored_urn,
    submission,
)
from survey.operations.installation import Installation
from survey.store.repositories import units, waves
from survey.store.repositories.waves import Wave

_SPARES = 3  # slips, so that the last one to draw has a choice


@click.group()
def wave() -> None:
    """Draft, open, follow, close and seal waves."""


@wave.command()
@click.argument("unit")
@click.option("--title", required=True, help="The title, such as the season and the year.")
@click.option("--instrument", help="NAME@VERSION; the one that the web form proposes if left out.")
@click.option(
    "--language",
    default="nb",
    show_default=True,
    help="The language of the slips; respondents choose their own.",
)
@click.option("--invited", required=True, type=int, help="How many people may answer.")
@click.option(
    "--closes", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day it takes answers."
)
@click.option("--opens", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today if left out.")
@click.option("--open-link", is_flag=True, help="Admit by one link on a poster instead of codes.")
@click.option(
    "--leaders-answer/--leaders-do-not-answer",
    default=True,
    show_default=True,
    help="Whether leaders answer too: figures then need more answers to be shown.",
)
@click.option(
    "--background",
    type=click.Choice(background.available()),
    help="Ask one background question. People answer less openly then, and groups under the minimum "
    "are never shown.",
)
@click.option(
    "--split-key",
    is_flag=True,
    help="Print the key to the answers on three sheets, any two of which seal the wave; keep it nowhere.",
)
def draft(unit: str, instrument: str | None, closes: datetime, opens: datetime | None, **asked: Any) -> None:  # noqa: ANN401 - as declared above
    """Draft a wave in UNIT and print its key."""
    home = installed()
    # click gives a moment, a wave counts in days
    opens_on = home.today if opens is None else opens.date()
    chosen = instrument or planning.proposed_instrument(units.by_key(home.database, unit))
    plan = planning.Plan(unit, instrument=chosen, opens_on=opens_on, closes_on=closes.date(), **asked)
    drafted = lifecycle.draft(home.database, home.policy, plan)
    act_on_unit(home, "wave-drafted", unit, drafted.title, wave=drafted.key)
    click.echo(drafted.key)


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option(
    "--pdf",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="The file to write; - for standard output.",
)
def sheets(key: str, pdf: Path) -> None:
    """Print the three key sheets of a drafted WAVE, whose key was chosen to be split.

    Sheets printed before count no more. Whoever can read the file has the key: print them on the leader's
    page rather than on the machine that holds the database, or write to standard output and keep no file.
    """
    home = installed()
    printed = key_sheet_printing.print_key_sheets(home, key)
    with printed.pdf:
        content = printed.pdf.read()
    # the sheets of before count until the new ones are where they were wanted
    if str(pdf) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        atomic_write.write({pdf: content}, replace=True)
    lifecycle.accept_sheets(home.database, key, printed.public_key)
    drafted = waves.by_key(home.database, key)
    act_on_unit(home, "sheets-printed", drafted.unit_key, drafted.title, wave=key)
    click.echo("Open the wave with the marks that stand on the sheets.", err=True)


@wave.command("open")
@click.argument("key", metavar="WAVE")
def open_(key: str) -> None:
    """Open a drafted WAVE: from now on it takes answers.

    Where its key is split, the marks of its three printed sheets are asked for.
    """
    home = installed()
    # asked for, so that a wave never opens on sheets that nobody has in hand
    is_split = waves.by_key(home.database, key).split_key
    marks = [click.prompt(f"Mark of sheet {number}") for number in range(1, 4)] if is_split else []
    opened = lifecycle.open_wave(home.database, home.keys, home.policy, key, home.today, marks=marks)
    act_on_unit(home, "wave-opened", opened.unit_key, opened.title, wave=key)
    click.echo(f"{key} is open until {opened.closes_on.isoformat()}.")
    if opened.open_link:
        click.echo(admission.link_address(home.settings, home.keys, opened))


@wave.command()
@click.argument("key", metavar="[WAVE]", default="")
def status(key: str) -> None:
    """Show WAVE, or every wave: key, state, last day, and roughly how many have answered.

    Changes nothing: a wave that is open past its last day is shown as closed, and closed by the worker.
    """
    # opened for reading: whoever looks must not close a wave by it
    home = looked_at()
    for each in [waves.by_key(home.database, key)] if key else waves.every(home.database):
        found = lifecycle.as_of(each, home.today)
        line = [found.key, str(found.state), found.closes_on.isoformat(), _answered(home, found)]
        if found.split_key and found.is_closed:
            line.append("waits for two of its three key sheets")
        click.echo("\t".join(filter(None, line)))


@wave.command()
@click.argument("key", metavar="WAVE")
def close(key: str) -> None:
    """Close an open WAVE before its date; it is never opened again."""
    home = installed()
    closed = lifecycle.close(home.database, key, home.today)
    act_on_unit(home, "wave-closed", closed.unit_key, closed.title, wave=key)
    click.echo(f"{key} is {closed.state}.")


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option("--sheets-stdin", is_flag=True, help="Read two key sheets from standard input, one a line.")
def seal(key: str, *, sheets_stdin: bool) -> None:
    """Turn the answers of a closed WAVE into its statistics, and destroy them and their keys.

    Where its key is split, what stands on two of its sheets is asked for, and not shown while it is typed.
    """
    home = installed()
    lifecycle.close_due(home.database, key, home.today)
    closed = waves.by_key(home.database, key)
    if closed.split_key and closed.is_closed:
        typed = [
            sys.stdin.readline() if sheets_stdin else click.prompt(f"Key sheet, {which}", hide_input=True)
            for which in ("one", "another")
        ]
        given = sheet_sealing.give_sheets(
            home.database, home.keys, home.policy, key, typed, now=int(time.time())
        )
        sealed = given.wave
    else:
        sealed = sealing.seal(home.database, home.keys, home.policy, key)
    act_on_unit(home, "wave-sealed", sealed.unit_key, sealed.title, wave=key)
    click.echo(f"{key} is sealed.")


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def abandon(key: str, *, yes: bool) -> None:
    """Give up a WAVE whose answers nobody can read, because its keys or its key sheets are lost.

    One that waits for its key sheets can be given up some days after its last (the policy says how many).

    Its answers, its codes and what is left of its keys are destroyed. This cannot be undone.
    """
    home = installed()
    lost = waves.by_key(home.database, key)
    if not lost.is_abandoned:
        lifecycle.require_unreadable(home.database, home.keys, home.policy, lost, home.today)
        click.echo(
            f"{lost.unit_name}, {lost.title}: every answer to it, its codes and what is left of its keys"
        )
        click.echo("are destroyed for good, even if the keys are found later. Other waves stay as they are.")
        if not yes:
            click.confirm("Give it up?", abort=True)
    lifecycle.abandon(home.database, home.keys, home.policy, key, home.today)
    act_on_unit(home, "wave-abandoned", lost.unit_key, lost.title, wave=key)
    click.echo(f"{key} is abandoned.")


@click.command()
@click.argument("key", metavar="WAVE")
@click.option("--pdf", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--count", type=int, help="How many slips; everyone invited and a few to spare if left out.")
@click.option("--retire", is_flag=True, help="Make every slip printed before invalid.")
def slips(key: str, pdf: Path, count: int | None, *, retire: bool) -> None:
    """Print slips with new codes, or an open link's poster.

    The codes are shown in this file and nowhere else. Print it, then destroy it.
    """
    home = installed()
    asked = waves.by_key(home.database, key)
    if asked.open_link:
        atomic_write.write({pdf: slip_printing.print_poster(home, key)}, replace=True)
    else:
        number = asked.invited + _SPARES if count is None else count
        _print_slips(home, asked, number, pdf, retiring=retire)
    event = "poster-printed" if asked.open_link else "slips-ordered"
    act_on_unit(home, event, asked.unit_key, asked.title, wave=key)
    click.echo(f"Wrote {pdf}.")


def _answered(home: Installation, asked: Wave) -> str:
    """Return how many have answered, or why nobody can read it; empty where the wave has no urn."""
    obstacles = stored_urn.obstacles(home.database, home.keys, asked)
    if obstacles:
        return f"cannot be read: {', '.join(each.code for each in obstacles)}"
    if not asked.has_urn:
        return ""
    step = submission.turnout(home.database, home.keys, home.policy, asked)
    return f"{step.text} of {asked.invited} have answered"


def _print_slips(home: Installation, asked: Wave, number: int, pdf: Path, *, retiring: bool) -> None:
    """Print them into a file that only this user reads; their codes count once it is on the disk."""
    with click.progressbar(length=number, label="Printing slips", file=sys.stderr) as bar:
        printed = slip_printing.print_slips(
            home, asked.key, number, retiring=retiring, progress=lambda done: bar.update(done - bar.pos)
        )
    # first the paper, then the codes: a code that counts and is on no paper is lost
    atomic_write.write({pdf: printed.pdf}, replace=True)
    try:
        with home.database.writing() as connection:
            code_issuing.accept(connection, home.keys, printed.batch)
    except BaseException:
        # its codes admit nobody
        pdf.unlink()
        raise
