"""`kjennetegn pool`: sums over many units, which show whether a questionnaire has its dimensions."""

import click

from survey.cli.installed import installed, looked_at
from survey.collection import pool_batches
from survey.operations import log


@click.group()
def pool() -> None:
    """List pools of many units, and give up what nobody can read."""


@pool.command("list")
def list_pools() -> None:
    """List pools: key, questionnaire, edition, language, half-year, whether sums are there, batches lost."""
    for each in pool_batches.every(looked_at().database):
        identity = each.identity
        of = f"{identity.instrument}\t{identity.edition}\t{identity.language}\t{identity.half}"
        there = "added up" if each.units else "waits"
        click.echo(f"{identity.key}\t{of}\t{there}\t{each.lost}")


@pool.command("give-up")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def give_up(key: str, *, yes: bool) -> None:
    """Destroy for good what waits in the pool KEY, where nobody can read it.

    What was added up before stays.
    """
    home = installed()
    if not yes:
        click.confirm("Destroy what waits in this pool for good?", abort=True)
    gone = pool_batches.give_up(home.database, home.keys, key)
    log.act("batch-given-up", pool=key)
    click.echo(f"Destroyed what {gone} surveys had brought. The next batch begins anew.")
