"""Owners: the units below them, told as outsiders to each of them; never a unit's single statements."""

from dataclasses import dataclass

from flask import Blueprint, Response
from flask_babel import gettext

from reports.release import Audience, Mean, Policy, Released, Suppressed
from survey.releasing import to_outside
from survey.store.repositories import communities, sealed, waves
from survey.store.repositories.communities import Community
from survey.web import languages, sign_ins
from survey.web.house import house
from survey.web.page import page

own = Blueprint("own", __name__, url_prefix="/own")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with what may be told of its last sealed survey, dimension by dimension."""

    place: Community
    title: str
    told: Released | Suppressed
    names: dict[str, str]

    def figures(self) -> list[tuple[str, Mean | Suppressed]]:
        """Each dimension's name and mean."""
        if isinstance(self.told, Suppressed):
            return []
        return [(name, self.told.dimensions[key].mean) for key, name in self.names.items()]


@own.get("/")
def overview() -> Response:
    """Every unit in the subtree that has a sealed survey, by name."""
    keys = sign_ins.visitor().communities("owner")
    places = sorted((communities.by_key(house().database, key) for key in keys), key=lambda each: each.name)
    found = [_unit(place) for place in places if place.edition is not None]
    units = [unit for unit in found if unit is not None]
    return page("own/overview.html", gettext("My units"), units=units)


def _unit(place: Community) -> Unit | None:
    ended = [wave for wave in waves.of_community(house().database, place.key) if wave.state == "sealed"]
    if not ended:
        return None
    last = sealed.of_wave(house().database, ended[-1])
    offered = last.version.editions[ended[-1].edition]
    language = languages.current() if languages.current() in offered else ended[-1].language
    wording = last.version.wording(ended[-1].edition, language)
    names = {each.id: wording.dimensions[each.id].name for each in last.version}
    [told] = to_outside(house().database, Policy.default(), Audience.OWNER, [last])
    return Unit(place, ended[-1].title, told, names)
