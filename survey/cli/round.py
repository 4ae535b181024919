"""`kjennetegn round`: the rounds below a unit, and their release."""

import click

from instruments.problems import refuse
from survey.cli.asking import YES, require_yes
from survey.cli.installed import installed, looked_at
from survey.publication import round_release, rounds
from survey.publication.rounds import Round


@click.group("round")
def round() -> None:  # noqa: A001 - as the field calls it
    """List rounds and release them."""


@round.command("list")
@click.argument("unit")
def list_rounds(unit: str) -> None:
    """List the rounds below UNIT: half-year, edition, questionnaire, sealed, under way, when released."""
    for each in rounds.round_statuses(looked_at().database, unit):
        name = f"{each.round.half}\t{each.round.edition}\t{each.round.instrument}"
        released = each.released.released_on.isoformat() if each.released else "-"
        click.echo(f"{name}\t{len(each.units)}\t{each.under_way}\t{released}")


@round.command()
@click.argument("unit")
@click.argument("half")
@click.argument("edition")
@click.argument("instrument")
@YES
def release(unit: str, half: str, edition: str, instrument: str, *, yes: bool) -> None:
    """Release a round below UNIT for good, named as `round list` names it.

    What is sealed now is what counts: a unit that is sealed later is never added to the totals.
    """
    home, wanted = installed(), Round(half, edition, instrument)
    found = rounds.round_status(home.database, unit, wanted)
    if found is None:
        raise refuse(
            "round-unknown",
            "There is no such round below %(unit)s in which a survey is sealed.",
            "Look at them with `kjennetegn round list`.",
            place=unit,
            unit=unit,
        )
    click.echo(f"{len(found.units)} units are sealed, {found.under_way} are open or closed.")
    require_yes("Release this round for good?", yes=yes)
    if found.undecided:
        round_release.release_round(home.database, unit, wanted, home.policy, home.today)
    click.echo("Released.")
