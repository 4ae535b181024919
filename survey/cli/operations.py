"""`kjennetegn set-up`, `share`, `verify`, `migrate`, `backup`, `restore`: what makes and keeps one."""

import os
from pathlib import Path

import click

from instruments.problems import Problem, Refused
from survey import job_files
from survey.cli.asking import YES, require_yes
from survey.cli.installed import unopened
from survey.collection import key_copies
from survey.operations import backup_folder, log, marks, restore_report, shared_values, verification
from survey.operations import restore as restores
from survey.operations import set_up as set_ups
from survey.operations.installation import own_keys
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
    """Note this machine's secret and directory of jobs as shared.

    Other machines are refused at their next start until they have the same.
    """
    settings = Settings.from_environment(os.environ)
    database = unopened(read_only=False)
    database.require_tables()
    shared_values.share(settings, database)
    log.act("machines-share")
    click.echo("Noted. Start the other machines anew with the same secret and directory.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    help="A folder elsewhere in which a copy of the keys is brought up to date.",
)
def backup(folder: Path, keys: Path | None) -> None:
    """Copy the database to a new folder while it is in use.

    The keys are not in it. With --keys they are copied to a place of their own, where sealing
    destroys them as well. PostgreSQL is copied by its own pg_dump.
    """
    database = unopened(read_only=True)
    settings = Settings.from_environment(os.environ)
    manifest = backup_folder.make(settings, database, folder.absolute(), keys and keys.absolute())
    if settings.bucket or settings.files_directory.is_dir():
        marks.write(job_files.at(settings), marks.BACKUP, {})
    log.act("backup-made")
    click.echo(f"Wrote {folder}: the database as of {manifest.made_at}. It holds no key.")
    if keys is None:
        click.echo("No copy of the keys was made: without them no open survey can be sealed (--keys).")
    else:
        click.echo(f"The copy of the keys in {keys} is up to date. Let no other backup take it along.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    help="The copy of the keys, where the key directory is lost as well.",
)
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of the server's log since the backup; may be given several times.",
)
@click.option("--without-log", is_flag=True, help="There is no log of what was done since the backup.")
def restore(folder: Path, keys: Path | None, logs: tuple[Path, ...], *, without_log: bool) -> None:
    """Bring a backup back where there is no database.

    What the log says was taken away since, such as accounts, roles, passkeys, is taken away again. Nothing is
    replaced. It says what came back that was over, and what to do, and then what `verify` finds.
    """
    if bool(logs) == without_log:
        raise click.UsageError("Name the server's log with --log, or say --without-log.")
    settings = Settings.from_environment(os.environ)
    restored = restores.restore(settings, folder.absolute(), keys and keys.absolute(), logs)
    log.act("backup-restored")
    for line in restore_report.lines(restored):
        click.echo(line)
    if restored.problems:
        raise Refused(list(restored.problems))
    click.echo("Everything is in place.")


@click.command(name="forget-copy")
@click.argument("place", type=click.Path(path_type=Path))
@YES
def forget_copy(place: Path, *, yes: bool) -> None:
    """Wait no more for a copy of the keys that was destroyed.

    Whoever still has it can read, with a backup of the database, what was sealed since it went away.
    """
    database = unopened(read_only=True)
    database.require_tables()
    settings = Settings.from_environment(os.environ)
    require_yes(f"Is the copy in {place} destroyed? It is not looked for again", yes=yes)
    key_copies.forget_copy(own_keys(settings, database), place.absolute())
    log.act("key-copy-forgotten")
    click.echo("It is not waited for any more.")
