"""`kjennetegn demo`: fill a folder with simulated units, say how to get in, and serve it."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from instruments.problems import refuse
from reports.files import private
from survey.cli.serve import claim, listen
from survey.collection import admission, code_issuing
from survey.demo import country
from survey.demo import installation as demonstration
from survey.demo.installation import DemoAccount
from survey.demo.policy import write_policy
from survey.operations.installation import Installation
from survey.operations.set_up import set_up
from survey.settings import PREFIX, Settings, is_loopback
from survey.store.repositories import waves

_SLIPS_SHOWN = 2
_SECRET = "secret"  # noqa: S105 - the name of the file that holds it


@click.command()
@click.option("--directory", default="demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--fresh", is_flag=True, help="Delete the folder's demonstration and simulate a new one.")
@click.option(
    "--units",
    type=click.IntRange(1, 5000),
    help="Simulate so many units with four released half-years, to write analyses against.",
)
@click.option(
    "--seed",
    default=2026,
    show_default=True,
    type=click.IntRange(0),
    help="Of --units: same seed, same data.",
)
@click.option("--no-serve", is_flag=True, help="Only fill the folder.")
def demo(
    *, directory: Path, host: str, port: int, units: int | None, seed: int, fresh: bool, no_serve: bool
) -> None:
    """Open a demonstration with simulated answers."""
    if not no_serve:
        claim(host, port)
    settings = _settings(directory.resolve(), host, port, fresh=fresh)
    if not (directory / "ready").exists():
        _fill(settings, directory.resolve(), units, seed)
    elif units is not None:
        raise refuse(
            "demo-there",
            "There is a demonstration in this folder already.",
            "Name another by --directory, or delete this one by --fresh.",
            str(directory),
        )
    _introduce(settings)
    if not no_serve:
        click.echo("\nStop with Ctrl+C; the next start keeps what was answered.")
        with _worker(settings):
            listen(settings, host, port)


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """Run a worker beside the server for as long as it runs, so that its jobs are done."""
    others = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    environment = others | settings.to_environment()
    # our own interpreter and words; a group of its own, so that Ctrl+C reaches it once, from here
    command = [sys.executable, "-m", "survey.cli", "worker", "--with-parent"]
    ours = os.getpid()
    process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - see above
    try:
        yield
    finally:
        # the server's own processes come by here too when they end
        if os.getpid() == ours:
            process.terminate()
            process.wait()


def _settings(directory: Path, host: str, port: int, *, fresh: bool) -> Settings:
    """Return the settings of the folder's demonstration; delete an unfinished one."""
    # only a folder with our secret in it is deleted, whatever --directory names
    if directory.exists() and (fresh or not (directory / "ready").exists()) and _is_ours(directory):
        shutil.rmtree(directory)
    private.make_directory(directory)
    secret = directory / _SECRET
    if not secret.exists():
        private.create(secret)
        secret.write_text(secrets.token_urlsafe(48), encoding="ascii")
    # of the environment only the time zone counts: a demonstration never touches a real installation
    zone = {name: text for name, text in os.environ.items() if name == "KJENNETEGN_TIME_ZONE"}
    return Settings.from_environment(
        {
            "KJENNETEGN_DATABASE": f"sqlite:///{directory}/kjennetegn.db",
            "KJENNETEGN_KEYS": f"{directory}/keys",
            "KJENNETEGN_POLICY": str(write_policy(directory)),
            "KJENNETEGN_SECRET": secret.read_text(encoding="ascii"),
            "KJENNETEGN_PUBLIC_URL": f"http://{'localhost' if host == '127.0.0.1' else host}:{port}",
            **({} if is_loopback(host) else {"KJENNETEGN_ALLOW_HTTP": host}),
            **zone,
        }
    )


def _is_ours(directory: Path) -> bool:
    return (directory / _SECRET).exists()


def _fill(settings: Settings, directory: Path, units: int | None, seed: int) -> None:
    set_up(settings)
    home = Installation.on(settings)
    steps = len(demonstration.SIMULATED_UNITS) if units is None else units * len(country.CLOSED)
    with click.progressbar(length=steps, label="Simulating units") as bar:
        if units is None:
            made = demonstration.fill_installation(home, home.today, lambda _name: bar.update(1))
        else:
            made = country.fill_country(home, units, seed, bar.update)
    home.database.close()
    _keep(directory / "ready", made)


def _keep(ready: Path, made: Sequence[DemoAccount]) -> None:
    """Write the sign-ins last, so that their file says the demonstration is whole."""
    beside = ready.with_suffix(".new")
    beside.write_text("".join(f"{each.role}\t{each.email}\t{each.unit}\n" for each in made), encoding="utf-8")
    beside.rename(ready)


def _introduce(settings: Settings) -> None:
    home = Installation.on(settings)
    click.echo(f"\nKjennetegn is at {settings.public_url}\n\nTo answer:")
    # codes are drawn anew at each start: of those before nobody knows any more
    for wave in waves.every(home.database):
        if wave.is_open:
            for address in _ways_in(home, wave.key):
                click.echo(f"  {wave.unit_name}, {wave.title}: {address}")
    click.echo(
        f"\nTo sign in ({settings.public_url}/account/sign-in), the password is “{demonstration.PASSWORD}”:"
    )
    for line in (Path(settings.keys).parent / "ready").read_text(encoding="utf-8").splitlines():
        role, email, unit = line.split("\t")
        click.echo(f"  {email:24} {role:11} {unit}")
    home.database.close()


def _ways_in(home: Installation, key: str) -> list[str]:
    wave = waves.by_key(home.database, key)
    if wave.open_link:
        return [admission.link_address(home.settings, home.keys, wave)]
    drawn = code_issuing.issue(home.database, home.keys, key, _SLIPS_SHOWN, retiring=True)
    return [admission.code_address(home.settings, code) for code in drawn]
