"""`kjennetegn papers`: the papers that a municipality has to have, with an installation's own facts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.files import atomic_write, private
from survey.cli.installed import looked_at
from survey.openid.provider import SignInMethods
from survey.openid.provider_file import read_sign_in_methods
from survey.web.papers import from_installation
from survey.web.papers.facts import Facts, facts
from survey.web.papers.paper import ENDINGS, LANGUAGES, PAPERS, paper


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--language", "languages", type=click.Choice(LANGUAGES), multiple=True, help="Those written if left out."
)
@click.option("--ending", "endings", type=click.Choice(list(ENDINGS)), multiple=True, help="All if left out.")
@click.option("--owner", metavar="UNIT", help="The unit whose papers they are: its name goes into them.")
@click.option("--shipped", is_flag=True, help="The program as it is shipped, without an installation.")
@click.option("--replace", is_flag=True, help="Replace files that are there already.")
def papers(  # noqa: PLR0917 - click hands over the options
    directory: Path,
    languages: Sequence[str],
    endings: Sequence[str],
    owner: str | None,
    shipped: bool,  # noqa: FBT001 - likewise
    replace: bool,  # noqa: FBT001 - likewise
) -> None:
    """Write the papers that a municipality has to have.

    Accessibility statement and evaluation, impact assessment, processing agreement, record of processing and
    information to the employees' representatives: filled in as far as the program and the installation
    decide them; what the owner has to write or decide is marked. They go into DIRECTORY as PDF, as HTML that
    a word processor opens, and as Markdown.
    """
    contents: dict[Path, bytes] = {}
    for language, known in _facts(languages or LANGUAGES, owner, shipped=shipped).items():
        for each in (paper(name, language, known) for name in PAPERS):
            for ending in endings or ENDINGS:
                contents[directory / language / f"{each.name}.{ending}"] = each.content(ending)
    for folder in dict.fromkeys(path.parent for path in contents):
        private.make_directory(folder)
    atomic_write.write(contents, replace=replace)
    for path in contents:
        click.echo(f"Wrote {path}.")


def _facts(languages: Sequence[str], owner: str | None, *, shipped: bool) -> Mapping[str, Facts]:
    """Return what the papers say in each language. Raises Refused where there is no such unit."""
    if shipped:
        policy = read_policy(DEFAULT_POLICY)
        return {language: facts(language, policy) for language in languages}
    home = looked_at()
    described = home.settings.sign_in
    sign_in = read_sign_in_methods(described) if described else SignInMethods()
    return {language: from_installation.facts_of(home, sign_in, language, owner) for language in languages}
