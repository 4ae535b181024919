"""What the command line says before a wave is closed or sealed: the same as its leader's pages."""

from collections.abc import Mapping
from types import MappingProxyType

import click

from instruments.problems import Refused
from survey.collection import lifecycle, reopening, sealing, stored_urn, submission
from survey.collection.expected_figures import FigureKind, Reach, expected_figures, shows_nothing, up_to
from survey.operations.installation import Installation
from survey.store.repositories.waves import Wave

_FIGURES: Mapping[FigureKind, str] = MappingProxyType(
    {
        FigureKind.MEANS: "the mean of each dimension",
        FigureKind.INTERVALS: "intervals, and how the answers are spread",
        FigureKind.STATEMENTS: "each statement by itself",
        FigureKind.OWNERS_MEANS: "for the owner: the mean of each dimension",
        FigureKind.GROUPS: "means by the background question",
    }
)
_REACHES: Mapping[Reach, str] = MappingProxyType(
    {
        Reach.ENOUGH: "enough have answered",
        Reach.PERHAPS: "perhaps enough have answered",
        Reach.TOO_FEW: "too few have answered",
    }
)


def say_what_comes(home: Installation, asked: Wave) -> None:
    """Print how many have answered a wave, as coarsely as its leader sees it, and what can be shown of it.

    Of one whose answers nobody can read nothing is said.
    """
    if stored_urn.obstacles(home.database, home.keys, asked):
        return
    answered = submission.turnout(home.database, home.keys, home.policy, asked)
    click.echo(f"{asked.unit_name}, {asked.title}: {answered.text} of {asked.invited} have answered.")
    if shows_nothing(home.policy, asked.audience, answered):
        click.echo("Nothing can be shown of so few, and the answers cannot be brought back.")
        return
    given, asks = up_to(answered, asked.invited), asked.background is not None
    for each in expected_figures(home.policy, asked.audience, given, background=asks):
        line = f"- {_FIGURES[each.kind]} (at least {each.needed} answers)"
        click.echo(f"{line}: {_REACHES[each.reach]}")


def require_asked(home: Installation, closed: Wave, *, without_result: bool) -> None:
    """Raise Refused as `sealing.require_asked` does, having said which option asks for what is refused."""
    try:
        sealing.require_asked(home.database, home.keys, home.policy, closed, without_result=without_result)
    except Refused as refused:
        if refused.problems[0].code == "seal-too-few":
            click.echo("--destroy-without-result destroys its answers.", err=True)
        raise


def say_until_when_it_reopens(home: Installation, asked: Wave) -> None:
    """Print whether a wave that is closed now can be opened again, and until when."""
    closed = lifecycle.as_closed(asked, home.today)
    if reopening.is_reopenable(home.policy, closed, home.today):
        last = reopening.last_reopening_day(home.policy, closed).isoformat()
        click.echo(f"It can be opened again until the end of {last}: kjennetegn wave reopen {asked.key}")


def say_what_is_destroyed(home: Installation, closed: Wave, *, without_result: bool) -> None:
    """Print what sealing destroys, and that a wave that can still be opened again cannot any more."""
    counted = "without being counted" if without_result else "once they are counted"
    click.echo(f"Every answer is deleted {counted}, and the key is destroyed. It is never opened again.")
    if reopening.is_reopenable(home.policy, closed, home.today):
        last = reopening.last_reopening_day(home.policy, closed).isoformat()
        click.echo(f"Until the end of {last} it could still be opened again instead.")
