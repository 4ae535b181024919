"""`kjennetegn policy`: the release policy of the installation, to look at and to check."""

import os
from pathlib import Path

import click

from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from survey.settings import Settings


@click.group()
def policy() -> None:
    """Show and check release policies."""


@policy.command()
@click.option("--shipped", is_flag=True, help="The one that ships, whatever the installation goes by.")
def show(*, shipped: bool) -> None:
    """Print the policy file that the installation goes by, to copy and change."""
    path = None if shipped else Settings.from_environment(os.environ).policy
    read_policy(path or DEFAULT_POLICY)
    click.echo((path or DEFAULT_POLICY).read_text("utf-8"), nl=False)


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with the policy in FILE, all of it at once."""
    read_policy(file)
    click.echo(f"{file} is in order.")
