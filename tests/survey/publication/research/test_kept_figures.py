"""Figures released of waves are computed once, and are those of what they are made of."""

import pytest

from survey.publication import release
from survey.publication.research.kept_figures import KeptFigures
from tests.policies import POLICY, STRICT
from tests.waves import ON_SQLITE, place, release_below, sealed, simulated


@pytest.fixture
def computed(monkeypatch):
    """The keys of the waves whose figures were computed, in a process that had kept none."""
    found, real = [], release.release
    monkeypatch.setattr(release, "_kept", KeptFigures())
    monkeypatch.setattr(
        release, "release", lambda *asked: found.append(asked[0].identity.wave) or real(*asked)
    )
    return found


@ON_SQLITE
def test_figures_are_computed_once_and_again_where_anything_they_are_made_of_changes(home, computed):
    first = sealed(home, simulated(40), unit="Asken", invited=50)
    release_below(home, place(home, "Asken").key)
    before = release.to_researchers(home.database, POLICY)
    assert release.to_researchers(home.database, POLICY) == before
    assert computed == [first.key]
    release.to_researchers(home.database, STRICT)
    second = sealed(home, simulated(41, 2), unit="Bjerka", invited=50)
    release_below(home, place(home, "Bjerka").key)
    exported = release.to_researchers(home.database, POLICY)
    assert computed == [first.key, first.key, first.key, second.key]
    assert len(exported) == 2
    assert before[0] in exported


def test_more_waves_than_may_be_kept_are_not_and_nothing_else_stays():
    kept = KeptFigures(most=2)
    kept.replace({"a": None, "b": None})
    assert set(kept.known()) == {"a", "b"}
    kept.replace({"c": None})
    assert set(kept.known()) == {"c"}
    kept.replace(dict.fromkeys("abc"))
    assert not kept.known()
