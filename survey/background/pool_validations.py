"""Factor models of pools and their comparison: ordered by a researcher, and fitted by a worker.

What is found says nothing of a unit, and every researcher finds it for as long as reports are kept.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from instruments.statistics import Undefined
from instruments.statistics.factor_models import FactorFit
from instruments.statistics.factor_models.layout import LEVELS
from reports.disclosure.released_pool import PoolName, ReleasedPool
from reports.presentation import pool_report
from reports.results import pool_validity
from reports.results.pool_validity import PoolComparison, Structure
from survey import job_files
from survey.background.tasks.held_task import HeldTask
from survey.job_files import JobFile
from survey.operations.installation import Installation
from survey.publication import comparability, pool_release
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job

KIND: Final = "pool-validation"
TEXT: Final = "validation.txt"
_FOUND: Final = "validation.json"
_ONE_FACTOR, _DIMENSIONS, _WITHIN = "one_factor", "dimensions", "within_units"


@dataclass(frozen=True, slots=True)
class Validation:
    """Hold what was found: groups of pools with their models, and the comparison of two or more.

    Each fit is its measures by name, or `undefined` alone, the name of the reason. `state` is the mark of
    what it was found from.
    """

    groups: Sequence[Mapping[str, Any]]
    comparison: Mapping[str, Any] | None
    text: JobFile
    state: str


def place(home: Installation, keys: Sequence[str], *, pairwise: bool, now: int) -> Job:
    """Add the job and return it, or the same one under way.

    Raises Refused: `pool-unknown`, `pools-twice`, `pool-unreleased`, `pools-apart`.
    """
    pool_validity.require_apart(keys)
    names = [part for key in keys for part in _released(home, (key,)).parts]
    pools = [_released(home, [each.key for each in group]) for group in grouped(names)]
    if len(pools) > 1:
        pool_validity.compared_model(pools)
    payload = {"pools": " ".join(keys), "pairwise": "yes" if pairwise else "no"}
    return jobs.add(home.database, KIND, payload, now=now)


def grouped(names: Sequence[PoolName]) -> list[tuple[PoolName, ...]]:
    """Return pools by version, edition and language; each by itself where only half-years differ."""
    groups: dict[tuple[str, str, str], list[PoolName]] = defaultdict(list)
    for each in names:
        groups[each.reference, each.edition, each.language].append(each)
    return [tuple(group) for group in groups.values()] if len(groups) > 1 else [(each,) for each in names]


def made(home: Installation, job: Job) -> Validation | None:
    """Return what was found, while its files are kept."""
    folder = job_files.at(home.settings).folder(job.key)
    try:
        found = json.loads(folder.file(_FOUND).read())
    except (OSError, ValueError):
        return None
    if not job.result:
        return None
    return Validation(found["groups"], found["comparison"], folder.file(TEXT), found["state"])


def means_shown(home: Installation, keys: Sequence[str]) -> bool | None:
    """Return whether units of pools may be compared, as their models say; None where none were fitted yet.

    They may where the pools are of one edition and language. Raises Refused("pool-unknown").
    """
    found = comparability.stored(home.database, "+".join(keys))
    if len(comparability.apart(found)) == 1:
        return True
    state = comparability.state_of(found, home.keys, home.policy)
    for job in jobs.of_kind(home.database, KIND):
        payload = job.payload
        if payload.get("pairwise") == "no" and set(payload.get("pools", "").split()) == set(keys):
            fitted = made(home, job)
            if fitted is not None and fitted.state == state:
                return fitted.comparison is not None and bool(fitted.comparison["means"])
    return None


def make(task: HeldTask) -> None:
    """Fit what was ordered, and write it for pages and as the command line does."""
    home, job, step = task.home, task.job, task.note
    pairwise = job.payload["pairwise"] == "yes"
    keys = job.payload["pools"].split()
    state = comparability.state_of(
        comparability.stored(home.database, "+".join(keys)), home.keys, home.policy
    )
    names = [part for key in keys for part in _released(home, (key,)).parts]
    pools = [_released(home, [each.key for each in group]) for group in grouped(names)]
    total, lines, groups = len(pools) + 1, [], []
    for done, each in enumerate(pools):
        step(done, total)
        structure = pool_validity.structure_of(each, pairwise=pairwise)
        groups.append(_group(each, structure))
        lines += [*map(pool_report.named, each.parts), *pool_report.structure_lines(structure), ""]
    step(len(pools), total)
    comparison = None
    if len(pools) > 1:
        found = pool_validity.compare_pools(pools, home.policy.invariance, pairwise=pairwise)
        comparison = _comparison(found)
        lines += pool_report.comparison_lines(found, home.policy.invariance)
    written = {"groups": groups, "comparison": comparison, "state": state}
    text = "\n".join([*lines, ""])
    task.folder.write({_FOUND: json.dumps(written).encode(), TEXT: text.encode()})
    step(total, total)
    task.finish(TEXT)


def _released(home: Installation, keys: Sequence[str]) -> ReleasedPool:
    return pool_release.released_pool(home.database, home.keys, home.policy, "+".join(keys), home.today)


def _group(pool: ReleasedPool, found: Structure) -> Mapping[str, Any]:
    fits = {_ONE_FACTOR: found.one_factor, _DIMENSIONS: found.dimensions, _WITHIN: found.within_units}
    return {
        "parts": [[each.key, each.reference, each.edition, each.language, each.half] for each in pool.parts],
        "persons": found.persons,
        "fits": {name: _measures(fit) for name, fit in fits.items()},
    }


def _comparison(found: PoolComparison) -> Mapping[str, Any]:
    fits = {} if isinstance(found.invariance, Undefined) else found.invariance.fits
    undefined = found.invariance.reason.name if isinstance(found.invariance, Undefined) else ""
    return {
        "items": len(found.items),
        "undefined": undefined,
        "fits": {level: _measures(fits[level]) for level in LEVELS if level in fits},
        "correlations": found.correlations,
        "means": found.means,
    }


def _measures(fit: FactorFit | Undefined) -> Mapping[str, Any]:
    if isinstance(fit, Undefined):
        return {"undefined": fit.reason.name}
    found = fit.measures
    figures = {"cfi": found.cfi, "tli": found.tli, "rmsea": found.rmsea, "srmr": found.srmr}
    plain = {name: None if isinstance(each, Undefined) else float(each) for name, each in figures.items()}
    return {"chi2": float(found.chi2), "df": int(found.df), **plain}
