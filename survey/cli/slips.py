"""`kjennetegn slips`: new codes, or an open link, on paper."""

import sys
from pathlib import Path

import click

from reports.files import atomic_write
from survey.background import slip_printing
from survey.cli.asking import YES, require_yes
from survey.cli.installed import act_on_unit, installed
from survey.collection import code_issuing
from survey.operations.installation import Installation
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave

_SPARES = 3  # slips, so that the last one to draw has a choice


@click.command()
@click.argument("key", metavar="WAVE")
@click.option("--pdf", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--count", type=int, help="How many slips; everyone invited and a few to spare if left out.")
@click.option("--retire", is_flag=True, help="Make every slip printed before invalid.")
@YES
def slips(key: str, pdf: Path, count: int | None, *, retire: bool, yes: bool) -> None:
    """Print slips with new codes, or an open link's poster.

    With --retire it asks first: slips that people have in hand admit nobody any more.
    The codes are shown in this file and nowhere else. Print it, then destroy it.
    """
    home = installed()
    asked = waves.by_key(home.database, key)
    if asked.open_link:
        atomic_write.write({pdf: slip_printing.print_poster(home, key)}, replace=True)
    else:
        if retire:
            require_yes("Make every slip that was printed before good for nothing?", yes=yes)
        number = asked.invited + _SPARES if count is None else count
        _print_slips(home, asked, number, pdf, retiring=retire)
    event = "poster-printed" if asked.open_link else "slips-ordered"
    act_on_unit(home, event, asked.unit_key, asked.title, wave=key)
    click.echo(f"Wrote {pdf}.")


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
