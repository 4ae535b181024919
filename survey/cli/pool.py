"""`kjennetegn pool`: sums over many units, which show whether a questionnaire has its dimensions."""

from pathlib import Path

import click

from instruments.languages import LANGUAGES, SOURCE
from reports.disclosure import Suppressed
from reports.exports import FORMATS, POOL_TABLES, Wish, described_beside, write
from reports.presentation import pool_report
from survey.cli.asking import YES, require_yes
from survey.cli.installed import installed, looked_at
from survey.collection import pool_batches
from survey.operations import log
from survey.publication import comparability, pool_release
from survey.publication.research.extraction import extraction


@click.group()
def pool() -> None:
    """List, show and export pools of many units."""


@pool.command("list")
def list_pools() -> None:
    """List pools: key, questionnaire, edition, language, half-year, whether anything was added up."""
    home = looked_at()
    for name, is_there in pool_release.pool_names(home.database, home.today):
        there = "added up" if is_there else "waits"
        click.echo(f"{name.key}\t{name.reference}\t{name.edition}\t{name.language}\t{name.half}\t{there}")


@pool.command()
@click.argument("keys", nargs=-1, required=True)
def show(keys: tuple[str, ...]) -> None:
    """Show what is released of the pool KEY: dimensions, items, how units differ. For researchers.

    Several pools of one version, such as all half-years, are merged into one table.
    """
    home, asked = looked_at(), "+".join(keys)
    found = pool_release.pool_state(home.database, home.keys, home.policy, asked, home.today)
    if isinstance(found.released, Suppressed):
        for each in found.names:
            click.echo(pool_report.named(each))
        rules = home.policy.pools
        click.echo(f"Nothing yet: {rules.units} units and {rules.people} people are added up at once.")
    else:
        between = comparability.means_comparable(home.database, home.keys, home.policy, asked, home.today)
        for line in pool_report.lines_of(found.released, between=between):
            click.echo(line)
        log.act("pool-taken-out", pools=asked)
    counts = f"{found.sealed} surveys, about {found.answers} answers; {found.without_result} without result"
    click.echo(f"Sealed: {counts}.")
    click.echo("More waits to be added up." if found.waits else "Nothing waits to be added up.")
    if found.lost:
        click.echo(f"Batches that nobody could read and that were given up: {found.lost}.")


@pool.command("export")
@click.argument("pools", nargs=-1)
@click.option("--as", "kind", required=True, type=click.Choice(list(FORMATS)), help="The format to write.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--rows", default="covariances", show_default=True, type=click.Choice(list(POOL_TABLES)))
@click.option(
    "--language",
    default=SOURCE,
    show_default=True,
    type=click.Choice(list(LANGUAGES)),
    help="The language of labels in files that hold one only.",
)
@click.option("--replace", is_flag=True, help="Replace a file of pools that is there already.")
def export_pools(
    *, pools: tuple[str, ...], kind: str, output: Path, rows: str, language: str, replace: bool
) -> None:
    """Write what is released of POOLS, or of all pools, to one file. For researchers.

    `covariances` has a row for each two items, with people and means: what factor models are fitted to.
    `answers` has a row for each item, with how many gave each answer.
    """
    home = looked_at()
    keys = dict.fromkeys(pools) or [
        name.key for name, is_there in pool_release.pool_names(home.database, home.today) if is_there
    ]
    found = [
        pool_release.released_pool(home.database, home.keys, home.policy, key, home.today) for key in keys
    ]
    table = POOL_TABLES[rows](found, home.policy)
    log.act("pool-taken-out", pools="+".join(keys), rows=rows, format=kind)
    made = extraction(home.today, home.policy, home.settings.data_licence, described_beside(output))
    for path in write(table, kind, output, made, wish=Wish(language), replace=replace):
        click.echo(f"Wrote {path}.")
    if table.is_empty:
        click.echo("Nothing is released of any pool yet: the export holds no rows.", err=True)


@pool.command("give-up")
@click.argument("key")
@YES
def give_up(key: str, *, yes: bool) -> None:
    """Destroy for good what waits in the pool KEY, where nobody can read it.

    What was added up before stays.
    """
    home = installed()
    require_yes("Destroy what waits in this pool for good?", yes=yes)
    gone = pool_batches.give_up(home.database, home.keys, home.policy, key)
    log.act("batch-given-up", pool=key)
    click.echo(f"Destroyed what {gone} surveys had brought. The next batch begins anew.")
