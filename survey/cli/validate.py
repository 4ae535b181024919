"""`kjennetegn validate`: whether a questionnaire has its dimensions, and which pools may be compared."""

import click

from reports.presentation import pool_report
from reports.results import pool_validity
from survey.cli.installed import looked_at
from survey.operations import log
from survey.publication import pool_release


@click.command()
@click.argument("pools", nargs=-1, required=True)
@click.option("--pairwise", is_flag=True, help="Use everybody who answered two statements, not all of them.")
def validate(pools: tuple[str, ...], *, pairwise: bool) -> None:
    """Test the dimensions of pools, and whether they may be compared.

    A pool is named by its key, or several of one version that are taken together by keys joined with +.
    Of each of POOLS: a model with one factor, one with the questionnaire's dimensions, and that within units.
    Of several: invariance over editions, languages, versions or half-years, and the policy's verdict.
    """
    home = looked_at()
    found = [
        pool_release.released_pool(home.database, home.keys, home.policy, key, home.today) for key in pools
    ]
    log.act("pool-taken-out", pools=" ".join(pools), rows="models")
    for each in found:
        click.echo(pool_report.named(each.name))
        for line in pool_report.structure_lines(pool_validity.structure_of(each, pairwise=pairwise)):
            click.echo(line)
        click.echo("")
    if len(found) > 1:
        compared = pool_validity.compare_pools(found, home.policy.invariance, pairwise=pairwise)
        for line in pool_report.comparison_lines(compared, home.policy.invariance):
            click.echo(line)
