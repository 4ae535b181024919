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
@click.option("--shipped", is_flag=True, help="The shipped policy, even if the installation uses another.")
def show(*, shipped: bool) -> None:
    """Print the policy file that the installation uses, to copy and change."""
    path = None if shipped else Settings.from_environment(os.environ).policy
    read_policy(path or DEFAULT_POLICY)
    click.echo((path or DEFAULT_POLICY).read_text("utf-8"), nl=False)


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Report every problem of the policy in FILE."""
    read_policy(file)
    click.echo(f"{file} is in order.")
