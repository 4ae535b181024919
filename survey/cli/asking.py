"""Ask before what cannot be undone; `--yes` answers beforehand, for scripts."""

import click

YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


def require_yes(question: str, *, yes: bool) -> None:
    """Ask the question and end the command without a yes, unless `yes` was said already."""
    if not yes:
        click.confirm(question, abort=True)
