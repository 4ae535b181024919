"""`kjennetegn set-up`, `share`, `verify`, `migrate` and `backup`: what makes an installation and keeps it."""

import os
from pathlib import Path

import click

from instruments.problems import Problem, Refused
from survey.cli.installed import unopened
from survey.operations import backup as backups
from survey.operations import log, marks, shared_values, verification
from survey.operations import set_up as set_ups
from survey.settings import Settings


@click.command(name="set-up")
def set_up() -> None:
    """Make the keys and the tables of a new installation, once.

    Nothing else makes them: every other command, the server and the worker refuse a database
    or a key directory that is missing, empty or another installation's.
    """
    set_ups.set_up(Settings.from_environment(os.environ))
    log.act("set-up")
    click.echo("The installation is set up.")


@click.command()
def verify() -> None:
    """Read everything the installation needs, and name what is wrong.

    That is the program's own files, settings, directories, the schema, every stored value, the keys of
    waves and the statistics of sealed ones. Nothing is changed.
    """
    problems = _problems()
    if problems:
        raise Refused(problems)
    click.echo("Everything is in place.")


def _problems() -> list[Problem]:
    """Return what is wrong; with settings that are, what of the program can be read without them."""
    try:
        settings = Settings.from_environment(os.environ)
    except Refused as refused:
        return [*refused.problems, *verification.find_program_problems()]
    return verification.find_problems(settings)


@click.command()
def migrate() -> None:
    """Bring the database's tables to this program's schema.

    Make a backup first.
    """
    database = unopened(read_only=False)
    database.require_tables()
    database.migrate()
    log.act("database-migrated")
    click.echo("The tables are up to date.")


@click.command()
def share() -> None:
    """Let the installation be known by this machine's secret and directory of jobs from now on.

    Other machines are refused at their next start until they have the same.
    """
    settings = Settings.from_environment(os.environ)
    database = unopened(read_only=False)
    database.require_tables()
    shared_values.share(settings, database)
    log.act("machines-share")
    click.echo("Noted. Start the other machines anew with the same secret and directory.")


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
    files = Settings.from_environment(os.environ).files_directory
    if files.is_dir():
        marks.write(files, marks.BACKUP, {})
    log.act("backup-made")
    click.echo(f"Wrote {target}. It holds no key: keep the key directory apart from it.")
