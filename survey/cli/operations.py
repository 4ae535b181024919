"""`kjennetegn verify`, `migrate` and `backup`: what keeps an installation sound."""

import os
from pathlib import Path

import click

from instruments.problems import Refused
from survey.cli.installed import unopened
from survey.operations import backup as backups
from survey.operations import health, log
from survey.settings import Settings


@click.command()
def verify() -> None:
    """Say loudly what is wrong with settings, database or keys."""
    problems = health.problems(Settings.from_environment(os.environ))
    if problems:
        raise Refused(problems)
    click.echo("Everything is in place.")


@click.command()
def migrate() -> None:
    """Bring the database's tables to this program's schema.

    Make a backup first.
    """
    unopened(read_only=False).migrate()
    log.act("database-migrated")
    click.echo("The tables are up to date.")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the database to a new file while it is in use.

    The keys are not in it.

    PostgreSQL is copied by its own pg_dump, for pg_restore.
    """
    database = unopened(read_only=True)
    database.require_tables()
    backups.write(database, target)
    log.act("backup-made")
    click.echo(f"Wrote {target}. It holds no key: keep the key directory apart from it.")
