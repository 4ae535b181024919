"""The board of a planned round: how far each unit has come, never how many have answered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from flask import Response, request, url_for
from flask_babel import format_date, gettext

from survey.collection import enough, lifecycle, slip_password
from survey.publication.units_below import Round
from survey.store.repositories import planned_rounds, waves
from survey.store.repositories.planned_rounds import PlannedRound
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.owner.blueprint import owner
from survey.web.owner.planning.adding_views import units_outside
from survey.web.owner.round_results import round_name, wording
from survey.web.platform import languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.platform.state_names import STATE_NAMES

_ON_PAGE: Final = 50
_ORDER: Final = (None, *WaveState)
_SORTS: Final = ("name", "state", "last")
_NOT_BEGUN: Final = "not-begun"  # in addresses, beside the names of states


@dataclass(frozen=True, slots=True)
class _Row:
    """A unit on the board, with its survey in the round; None where it has none."""

    name: str
    wave: Wave | None = None

    @property
    def state(self) -> WaveState | None:
        return self.wave.state if self.wave else None

    @property
    def last_day(self) -> date:
        return self.wave.closes_on if self.wave else date.max


@owner.get("/<unit>/planned/<planned>")
def board(unit: str, planned: str) -> Response:
    """Show a page of the units with state and last day, and whether there is enough for a report."""
    here = context()
    found = planned_rounds.by_key(here.database, unit, planned)
    known = [
        lifecycle.as_of(wave, here.closing_day) for wave in waves.of_planned_round(here.database, found.id)
    ]
    rows = [_Row(wave.unit_name, wave) for wave in known]
    rows += [_Row(each.name) for each in units_outside(found, known)]
    listed = _sorted(_chosen(rows))
    pages = max(1, -(-len(listed) // _ON_PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    shown = listed[(page - 1) * _ON_PAGE : page * _ON_PAGE]
    return render_page(
        "owner/board.html",
        found.title,
        here=url_for("owner.board", unit=unit, planned=planned),
        listing=partial(_listing_address, unit, planned),
        found=found,
        unit=unit,
        states=_state_names(),
        counted=[(state, number, _name_of(state)) for state, number in _counted(rows) if number],
        state=_state(),
        names={_name_of(state): name for state, name in _state_names().items()},
        rows=shown,
        number=len(listed),
        enough=_enough(unit, [row.wave for row in shown if row.wave]),
        page=page,
        pages=pages,
        sort=_sort(),
        search=_search(),
        drafts=sum(wave.is_draft for wave in known),
        can_change=all(wave.is_draft for wave in known),
        takes_slips=any(slip_password.is_used(wave) for wave in known),
        can_add=here.today <= found.closes_on and any(row.wave is None for row in rows),
        before_first_day=here.today < found.opens_on,
        results=_results(known),
        tongue=_tongue(),
        text=_message(found, _tongue()),
    )


def _search() -> str:
    return " ".join(request.args.get("search", "").split())[:100]


def _sort() -> str:
    asked = request.args.get("sort", "")
    return asked if asked in _SORTS else _SORTS[0]


def _state() -> str:
    """Return the state, as addresses name it, that alone is to be listed; empty for all."""
    asked = request.args.get("state", "")
    return asked if asked in map(_name_of, _ORDER) else ""


def _name_of(state: WaveState | None) -> str:
    return _NOT_BEGUN if state is None else state.value


def _listing_address(unit: str, planned: str, **changed: object) -> str:
    """Return the address of the list as it is searched and sorted now, but for what is changed."""
    asked = {"sort": _sort(), "search": _search(), "state": _state(), **changed}
    query: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return url_for("owner.board", unit=unit, planned=planned, **query)


def _state_names() -> dict[WaveState | None, str]:
    names: dict[WaveState | None, str] = {state: str(name) for state, name in STATE_NAMES.items()}
    names[None] = gettext("Not begun")
    return names


def _chosen(rows: Sequence[_Row]) -> list[_Row]:
    """Return those in the state, and with the part of a name, that the address asks for."""
    wanted, state = _search().casefold(), _state()
    named = (row for row in rows if wanted in row.name.casefold())
    return [row for row in named if state in {"", _name_of(row.state)}]


def _sorted(rows: Sequence[_Row]) -> list[_Row]:
    if _sort() == "state":
        return sorted(rows, key=lambda row: (_ORDER.index(row.state), row.name))
    if _sort() == "last":
        return sorted(rows, key=lambda row: (row.last_day, row.name))
    return sorted(rows, key=lambda row: row.name)


def _counted(rows: Sequence[_Row]) -> list[tuple[WaveState | None, int]]:
    counted = Counter(row.state for row in rows)
    return [(state, counted[state]) for state in _ORDER]


def _enough(unit: str, shown: Sequence[Wave]) -> dict[str, str]:
    """Return it in words by wave, to whom may see results today: it is one, however coarse."""
    if not sign_ins.visitor().sees_results({"owner"}, unit):
        return {}
    here = context()
    words = {
        enough.Enough.NOT_YET: gettext("not yet"),
        enough.Enough.LIKELY: gettext("likely"),
        enough.Enough.UNTOLD: gettext("not told beforehand"),
    }
    found = enough.enough_of_waves(here.database, here.keys, here.policy, shown)
    return {key: words[each] for key, each in found.items()}


def _results(known: Sequence[Wave]) -> list[tuple[Round, str]]:
    """Return the rounds of results that the waves are in, by half-year and edition, each with its name."""
    found = sorted({Round.of(wave) for wave in known if wave.is_sealed})
    return [(each, f"{round_name(each)} · {wording(each).edition_name}") for each in found]


def _message(found: PlannedRound, tongue: str) -> str:
    """Return the text for the heads of the units, in that language."""
    with languages.speaking(tongue):
        to_do = [
            gettext("1. Sign in at %(address)s and check how many are invited.", address=_sign_in()),
            gettext("2. Print the poster.") if found.open_link else gettext("2. Print the slips."),
            gettext("3. Open the survey. You can do so early: nobody can answer before the first day."),
        ]
        said = [
            gettext("Subject: %(subject)s", subject=found.title),
            gettext("Dear all,"),
            gettext(
                "From %(first)s to %(last)s we ask the staff of our units the same questions. Your survey "
                "is drafted already. Three things are left for you to do:",
                first=format_date(found.opens_on, "long"),
                last=format_date(found.closes_on, "long"),
            ),
            "\n".join(to_do),
            gettext(
                "While the surveys are open we see how far each unit has come and whether a report can be "
                "expected, not how many have answered. Nobody ever sees what one person has answered."
            ),
        ]
    return "\n\n".join(said)


def _tongue() -> str:
    asked = request.args.get("tongue", "")
    return asked if asked in languages.NAMES else languages.current()


def _sign_in() -> str:
    return f"{context().settings.public_url}{url_for('account.sign_in')}"
