"""`kjennetegn wave`: from a draft to sealed statistics."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from instruments import background
from reports.files import atomic_write
from survey.cli import wave_endings
from survey.cli.asking import YES, require_yes
from survey.cli.installed import installed, looked_at
from survey.cli.printed_text import PRINTED
from survey.collection import (
    admission,
    amendments,
    drafting,
    lifecycle,
    planning,
    reopening,
    sealing,
    sheet_sealing,
    staff_results,
    stored_urn,
    submission,
)
from survey.operations import log
from survey.operations.installation import Installation
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import units, waves
from survey.store.repositories.waves import Wave

# as in the forms: no database holds any number whatever
_INVITED = click.IntRange(max=planning.MOST_INVITED)


@click.group()
def wave() -> None:
    """Draft, open, follow, close and seal waves."""


@wave.command()
@click.argument("unit")
@click.option("--title", required=True, type=PRINTED, help="The title, such as the season and the year.")
@click.option("--instrument", help="NAME@VERSION; the one that the web form proposes if left out.")
@click.option(
    "--language",
    default="nb",
    show_default=True,
    help="The language of the slips; respondents choose their own.",
)
@click.option("--invited", required=True, type=_INVITED, help="How many people may answer.")
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
    planning.require_first_day(opens_on, home.today, "--opens")
    chosen = instrument or planning.proposed_instrument(units.by_key(home.database, unit))
    plan = planning.Plan(unit, instrument=chosen, opens_on=opens_on, closes_on=closes.date(), **asked)
    drafted = drafting.draft(home.database, home.keys, home.policy, plan)
    log.act("wave-drafted", unit=unit, wave=drafted.key)
    click.echo(drafted.key)


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option(
    "--pdf",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="The file to write; - for standard output.",
)
@YES
def sheets(key: str, pdf: Path, *, yes: bool) -> None:
    """Print the three key sheets of a drafted WAVE, whose key was chosen to be split.

    Sheets printed before count no more, which is asked first. Whoever can read the file has the key: print
    them on the leader's page rather than on the machine that holds the database, or write to standard output
    and keep no file.
    """
    from survey.background import key_sheet_printing  # noqa: PLC0415 - other commands lay out no pages

    home = installed()
    drafted = waves.by_key(home.database, key)
    lifecycle.require_printable(drafted)
    if drafted.public_key is not None:
        require_yes("Make the sheets that were printed before good for nothing?", yes=yes)
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
    log.act("sheets-printed", unit=drafted.unit_key, wave=key)
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
    log.act("wave-opened", unit=opened.unit_key, wave=key)
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
    without_result = sealed_waves.without_result(home.database)
    for each in [waves.by_key(home.database, key)] if key else waves.every(home.database):
        found = lifecycle.as_of(each, home.closing_day)
        line = [found.key, str(found.state), found.closes_on.isoformat(), _answered(home, found)]
        if found.split_key and found.is_closed:
            line.append("waits for two of its three key sheets")
        if found.is_open and home.today < found.opens_on:
            line.append(f"opens on {found.opens_on.isoformat()}")
        if found.days_longer:
            line.append(f"{found.days_longer} days longer than first planned")
        if found.id in without_result:
            line.append("without result")
        click.echo("\t".join(filter(None, line)))


@wave.command()
@click.argument("key", metavar="WAVE")
@YES
def close(key: str, *, yes: bool) -> None:
    """Close an open WAVE before its last day; it takes no more answers.

    What can be shown with the answers that have come is said first.
    """
    home = installed()
    asked = waves.by_key(home.database, key)
    if asked.is_open:
        wave_endings.say_what_comes(home, asked)
        wave_endings.say_until_when_it_reopens(home, asked)
        days = max((asked.closes_on - home.today).days, 0)
        click.echo(f"Its last day is {asked.closes_on.isoformat()}; days until then: {days}.")
        require_yes("Close it?", yes=yes)
    closed = lifecycle.close(home.database, key, home.today)
    log.act("wave-closed", unit=closed.unit_key, wave=key)
    click.echo(f"{key} is {closed.state}.")


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option("--closes", type=click.DateTime(["%Y-%m-%d"]), help="A later last day than it had.")
def reopen(key: str, closes: datetime | None) -> None:
    """Open a WAVE again that was closed before its last day, on that day or soon after.

    The policy says how long after, and how often. Nothing of it was counted.
    """
    home = installed()
    last_day = None if closes is None else closes.date()
    opened = reopening.reopen(home.database, home.policy, key, home.today, closes_on=last_day)
    log.act("wave-reopened", unit=opened.unit_key, wave=key)
    click.echo(f"{key} is open until {opened.closes_on.isoformat()}.")


@wave.command("take-back")
@click.argument("key", metavar="WAVE")
def take_back(key: str) -> None:
    """Make a WAVE a draft again that was opened ahead of its first day."""
    home = installed()
    drafted = reopening.take_back(home.database, home.keys, key, home.today)
    log.act("wave-taken-back", unit=drafted.unit_key, wave=key)
    click.echo(f"{key} is {drafted.state}.")


@wave.command()
@click.argument("key", metavar="WAVE")
@click.argument("last_day", metavar="LAST_DAY", type=click.DateTime(["%Y-%m-%d"]))
def prolong(key: str, last_day: datetime) -> None:
    """Move the last day of an open WAVE to a later one. Codes and links stay valid."""
    home = installed()
    lifecycle.close_due(home.database, key, home.closing_day)
    longer = amendments.prolong(home.database, key, last_day.date(), home.today)
    log.act("wave-prolonged", unit=longer.unit_key, wave=key)
    click.echo(f"{key} is open until {longer.closes_on.isoformat()}.")


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option("--title", type=PRINTED, help="The right title.")
@click.option("--invited", type=_INVITED, help="How many may answer, no fewer than before.")
@YES
def correct(key: str, title: str | None, invited: int | None, *, yes: bool) -> None:
    """Correct the title of a WAVE that is open or closed, or how many are invited, upwards.

    A number is asked for once more: it can never be made smaller.
    """
    if title is None and invited is None:
        raise click.UsageError("Give the right --title, the right --invited, or both.")
    home = installed()
    found = waves.by_key(home.database, key)
    if invited is not None and invited > found.invited:
        require_yes(f"Are {invited} invited, and not {found.invited}? It can never be fewer again.", yes=yes)
    corrected = amendments.correct(
        home.database,
        key,
        title=found.title if title is None else title,
        invited=found.invited if invited is None else invited,
    )
    log.act("wave-corrected", unit=corrected.unit_key, wave=key)
    click.echo(f"{corrected.title}: {corrected.invited} are invited.")


@wave.command()
@click.argument("key", metavar="WAVE")
@click.option("--sheets-stdin", is_flag=True, help="Read two key sheets from standard input, one a line.")
@click.option(
    "--destroy-without-result",
    "without_result",
    is_flag=True,
    help="Destroy the answers of a wave that too few have answered for any result.",
)
@YES
def seal(key: str, *, sheets_stdin: bool, without_result: bool, yes: bool) -> None:
    """Turn the answers of a closed WAVE into its statistics, and destroy them and their keys.

    What can be shown is said first. Where its key is split, what stands on two of its sheets is asked for,
    and not shown while it is typed.
    """
    if sheets_stdin and not yes:
        raise click.UsageError("Standard input holds the key sheets: confirm with --yes.")
    home = installed()
    lifecycle.close_due(home.database, key, home.closing_day)
    closed = waves.by_key(home.database, key)
    if closed.is_closed:
        wave_endings.require_asked(home, closed, without_result=without_result)
        wave_endings.say_what_comes(home, closed)
        wave_endings.say_what_is_destroyed(home, closed, without_result=without_result)
        question = "Destroy the answers without result?" if without_result else "Seal it?"
        require_yes(question, yes=yes)
    if closed.split_key and closed.is_closed:
        typed = [
            sys.stdin.readline() if sheets_stdin else click.prompt(f"Key sheet, {which}", hide_input=True)
            for which in ("one", "another")
        ]
        given = sheet_sealing.give_sheets(
            home.database,
            home.keys,
            home.policy,
            key,
            typed,
            now=int(time.time()),
            without_result=without_result,
            today=home.today,
        )
        sealed = given.wave
    else:
        sealed = sealing.seal(
            home.database,
            home.keys,
            home.policy,
            key,
            without_result=without_result,
            today=home.today,
        )
    log.act("wave-sealed", unit=sealed.unit_key, wave=key)
    is_without = sealed.id in sealed_waves.without_result(home.database)
    click.echo(f"{key} is closed without result." if is_without else f"{key} is sealed.")


@wave.command("show-staff")
@click.argument("key", metavar="WAVE")
@YES
def show_staff(key: str, *, yes: bool) -> None:
    """Show the result of a sealed WAVE to those who answered it, before it is shown by itself.

    The policy says how many days after sealing that is. It cannot be taken back.
    """
    home = installed()
    found = waves.by_key(home.database, key)
    staff_results.require_sealed(found)
    address = staff_results.address(home.settings, home.keys, found)
    if not staff_results.is_shown(home.policy, found, home.today):
        click.echo(f"Whoever has a slip of {found.unit_name}, {found.title}, or its link, can then read")
        click.echo(f"the first page of the report and what was agreed, without signing in: {address}")
        require_yes("Show it to them?", yes=yes)
        staff_results.show_staff(home.database, key, home.today)
        log.act("results-shown", unit=found.unit_key, wave=key)
    click.echo(f"{key} is shown to those who answered: {address}")


@wave.command()
@click.argument("key", metavar="WAVE")
@YES
def abandon(key: str, *, yes: bool) -> None:
    """Give up a WAVE whose answers nobody can read, because its keys or its key sheets are lost.

    One that waits for its key sheets can be given up some days after its last (the policy says how many).

    Its answers and what is left of its keys are destroyed. This cannot be undone.
    """
    home = installed()
    lost = waves.by_key(home.database, key)
    if not lost.is_abandoned:
        lifecycle.require_unreadable(home.database, home.keys, home.policy, lost, home.today)
        click.echo(f"{lost.unit_name}, {lost.title}: every answer to it and what is left of its keys")
        click.echo("are destroyed for good, even if the keys are found later. Other waves stay as they are.")
        require_yes("Give it up?", yes=yes)
    lifecycle.abandon(home.database, home.keys, home.policy, key, home.today)
    log.act("wave-abandoned", unit=lost.unit_key, wave=key)
    click.echo(f"{key} is abandoned.")


def _answered(home: Installation, asked: Wave) -> str:
    """Return how many have answered, or why nobody can read it; empty where the wave has no urn."""
    obstacles = stored_urn.obstacles(home.database, home.keys, asked)
    if obstacles:
        return f"cannot be read: {', '.join(each.code for each in obstacles)}"
    if not asked.has_urn:
        return ""
    step = submission.turnout(home.database, home.keys, home.policy, asked)
    return f"{step.text} of {asked.invited} have answered"
