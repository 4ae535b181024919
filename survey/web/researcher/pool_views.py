"""Researchers: the pools there are, what is released of them alone or merged, and the same as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, request
from flask_babel import gettext

from instruments.languages import LANGUAGES
from instruments.problems import Refused, refuse
from reports.disclosure import Suppressed
from reports.disclosure.released_pool import PoolName, ReleasedPool
from reports.presentation import pool_csv, pool_report
from reports.presentation.locale import get_locale
from reports.results.pool_statistics import dimensions_of, items_of
from survey.background import pool_validations
from survey.publication import pool_release
from survey.publication.pool_release import PoolState
from survey.unit_import.columns import edition_name
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.languages import current
from survey.web.platform.rendering import FormError, download, render_page
from survey.web.researcher.pool_file_form import PoolFileForm
from survey.web.researcher.views import researcher

MOST = 40  # pools in one table


@dataclass(frozen=True, slots=True)
class ListedPool:
    """A pool as pages name it, and of how many; `units` and `people` are 0 where nothing is released."""

    name: PoolName
    edition: str
    language: str
    period: str
    state: PoolState
    units: int
    people: int


@researcher.get("/pools")
def pools() -> Response:
    """List the pools with how many they are of, to be chosen from."""
    here = context()
    names = [each for each, _ in pool_release.pool_names(here.database, here.today)]
    return render_page("researcher/pools.html", gettext("Pools"), pools=[_listed(each.key) for each in names])


@researcher.get("/pools/chosen")
def chosen_pools() -> Response:
    """Show what is released of the pools that the address names, as one table."""
    return shown_pools(asked_pools(), PoolFileForm.empty())


def shown_pools(keys: list[str], form: PoolFileForm, faults: Sequence[FormError] = ()) -> Response:
    """Show what is released of these pools, and ask which files of them are wanted."""
    listed = [_listed(each) for each in keys]
    try:
        state = _state("+".join(keys))
    except Refused as refused:
        if refused.problems[0].code != "pools-versions":
            raise
        # nothing is merged, and they can be compared all the same
        state = None
    found = None if state is None or isinstance(state.released, Suppressed) else state.released
    shown = found and pool_validations.means_shown(context().installation, keys)
    between = bool(shown)
    dimensions = dimensions_of(found, between=between) if found else ()
    # both are more than one page should hold
    show = "items" if request.args.get("show") == "items" else "dimensions"
    return render_page(
        "researcher/chosen_pools.html",
        gettext("Chosen pools"),
        pools=listed,
        keys=keys,
        state=state,
        found=found,
        between=between,
        undecided=found is not None and shown is None,
        dimensions=dimensions,
        show=show,
        items=items_of(found) if found else (),
        names=_names(found) if found else {},
        rests={item: rest for each in dimensions for item, rest in each.item_rest.items()},
        write=get_locale(current()).number,
        form=form,
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
    )


@researcher.get("/pools/<any(dimensions, items):rows>.csv")
def pool_table(rows: str) -> Response:
    """Send the table of the chosen pools as CSV."""
    keys = asked_pools()
    found = _released(keys)
    made = (
        pool_csv.items_csv(found)
        if rows == "items"
        else pool_csv.dimensions_csv(found, between=_between(keys))
    )
    return download(made, "text/csv", joined_name("pool", rows, *_short(keys), ending="csv"))


@researcher.get("/pools/report.txt")
def pool_text() -> Response:
    """Send what the command line prints of the chosen pools."""
    keys = asked_pools()
    lines = pool_report.lines_of(_released(keys), between=_between(keys))
    text = "\n".join(lines) + "\n"
    return download(
        text.encode(), "text/plain; charset=utf-8", joined_name("pool", *_short(keys), ending="txt")
    )


def asked_pools() -> list[str]:
    """Return the keys of the pools that the request names, each once. Raises Refused("pools-number")."""
    keys = list(dict.fromkeys(request.values.getlist("pool")))
    if not 0 < len(keys) <= MOST:
        raise refuse(
            "pools-number",
            "No pool is chosen, or more than %(most)s.",
            "Choose among the pools that are listed.",
            most=MOST,
        )
    return keys


def _listed(key: str) -> ListedPool:
    state = _state(key)
    name, found = state.names[0], state.released
    sizes = (0, 0) if isinstance(found, Suppressed) else (found.units, found.people)
    spoken = LANGUAGES[name.language].name if name.language in LANGUAGES else name.language
    return ListedPool(
        name, edition_name(name.edition, current()), spoken, name.half.replace("-", "H"), state, *sizes
    )


def _state(key: str) -> PoolState:
    here = context()
    return pool_release.pool_state(here.database, here.keys, here.policy, key, here.today)


def _released(keys: list[str]) -> ReleasedPool:
    here = context()
    return pool_release.released_pool(here.database, here.keys, here.policy, "+".join(keys), here.today)


def _between(keys: list[str]) -> bool:
    return bool(pool_validations.means_shown(context().installation, keys))


def _names(found: ReleasedPool) -> dict[str, str]:
    """Return the dimensions' names in the reader's language, or in one that the edition is written in."""
    edition = found.parts[0].edition
    spoken = found.version.editions[edition]
    words = found.version.wording(edition, current() if current() in spoken else spoken[0])
    return {key: each.name for key, each in words.dimensions.items()} | dict(words.items)


def _short(keys: list[str]) -> list[str]:
    # a name of forty keys fits into no folder
    return keys if len(keys) == 1 else [f"{len(keys)}-pools", keys[0][:8]]
