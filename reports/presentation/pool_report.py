"""What is released of pools as plain tables for a terminal."""

from collections.abc import Iterator, Sequence

from instruments.statistics import Figure, Interval, Undefined
from instruments.statistics.factor_models import FactorFit, FitMeasures, Invariance
from instruments.statistics.factor_models.layout import LEVELS
from reports.disclosure.policy import InvarianceLimits
from reports.disclosure.released_pool import PoolName, ReleasedPool
from reports.results.pool_statistics import PooledDimension, dimensions_of, items_of
from reports.results.pool_validity import PoolComparison, Structure

_DIMENSION = (
    *("dimension", "people", "alpha", "95 % interval", "omega", "SD within"),
    *("ICC(1)", "95 % interval", "ICC(2)", "95 % interval", "answers for 0.7", "0.8"),
)
_FIT = ("chi2", "df", "CFI", "TLI", "RMSEA", "90 % interval", "SRMR")


def named(name: PoolName) -> str:
    """Return a pool's name on one line."""
    return f"{name.reference} · {name.edition} · {name.language} · {name.half}"


def lines_of(pool: ReleasedPool, *, between: bool = True) -> Iterator[str]:
    """Yield the lines of a pool: what it is of, dimensions, items; what compares units if `between`."""
    for each in pool.parts:
        yield named(each)
    yield f"{pool.units} units or more, about {pool.people} people; counts are multiples of {pool.step}."
    if len(pool.parts) > 1:
        yield "A unit counts in each of these pools that it is in."
    if not between:
        yield "Units are not compared: invariance over these editions or languages is not shown."
    yield ""
    asked = dimensions_of(pool, between=between)
    yield from _table(_DIMENSION, [_dimension(each) for each in asked])
    yield ""
    rests = {item: rest for each in asked for item, rest in each.item_rest.items()}
    scale = pool.version.scale
    kinds = [f"{each} %" for each in (*scale.categories, *scale.unscored, "skipped")]
    rows = [
        (
            each.item.id,
            str(each.answered),
            _shown(each.mean),
            *(_percent(share) for share in each.shares),
            *(_percent(share) for share in each.unscored.values()),
            _percent(each.skipped),
            _shown(rests[each.item.id]),
        )
        for each in items_of(pool)
    ]
    yield from _table(("item", "answers", "mean", *kinds, "item-rest"), rows)


def structure_lines(found: Structure) -> Iterator[str]:
    """Yield the lines of one pool's factor models."""
    yield f"Rests on about {found.persons} people."
    fits = {
        "one factor": found.one_factor,
        "dimensions": found.dimensions,
        "dimensions, within units": found.within_units,
    }
    rows = [(name, *_measures(fit.measures)) for name, fit in fits.items() if isinstance(fit, FactorFit)]
    if rows:
        yield from _table(("model", *_FIT), rows)
    yield from (f"{name}: {fit.reason.value}" for name, fit in fits.items() if isinstance(fit, Undefined))


def comparison_lines(found: PoolComparison, limits: InvarianceLimits) -> Iterator[str]:
    """Yield the lines of a comparison, and the verdict by the policy's rule."""
    yield f"Compared on {len(found.items)} items with the same meaning in all of them."
    if isinstance(found.invariance, Undefined):
        yield f"No model could be fitted: {found.invariance.reason.value}"
    else:
        yield from _levels(found.invariance)
    yield ""
    yield (
        f"Rule of the policy: CFI {limits.least_cfi:g} or more and SRMR {limits.most_srmr:g} or less; each "
        f"further level costs at most {limits.most_cfi_loss:g} of CFI and adds at most "
        f"{limits.most_rmsea_gain:g} to RMSEA."
    )
    yield f"Correlations may {'' if found.correlations else 'not '}be compared."
    yield f"Means may {'' if found.means else 'not '}be compared."


def _levels(found: Invariance) -> Iterator[str]:
    rows, undefined = [], []
    for level in LEVELS:
        fit, change = found.fits[level], found.changes.get(level)
        if isinstance(fit, Undefined):
            undefined.append(f"{level}: {fit.reason.value}")
            continue
        less = ("", "") if change is None or isinstance(change, Undefined) else (change.cfi, change.rmsea)
        changes = tuple(each if isinstance(each, str) else _shown(each, 3) for each in less)
        rows.append((level, *_measures(fit.measures), *changes))
    yield from _table(("level", *_FIT, "CFI change", "RMSEA change"), rows) if rows else ()
    yield from undefined


def _dimension(found: PooledDimension) -> tuple[str, ...]:
    omega, icc = found.omega, found.icc
    between = ("–",) * 4
    if not isinstance(icc, Undefined):
        first, second = _interval(icc.icc1_interval), _interval(icc.icc2_interval)
        between = (_shown(icc.icc1), first, _shown(icc.icc2), second)
    return (
        found.dimension.id,
        str(found.persons),
        _shown(found.alpha),
        _interval(found.alpha_interval),
        "–" if isinstance(omega, Undefined) else _shown(omega.model_implied),
        _shown(found.within_sd),
        *between,
        *("–" if isinstance(each, Undefined) else str(each) for each in found.dependable.values()),
    )


def _measures(found: FitMeasures) -> tuple[str, ...]:
    return (
        f"{found.chi2:.1f}",
        str(found.df),
        _shown(found.cfi, 3),
        _shown(found.tli, 3),
        _shown(found.rmsea, 3),
        _interval(found.rmsea_interval, 3),
        _shown(found.srmr, 3),
    )


def _shown(figure: Figure, decimals: int = 2) -> str:
    return "–" if isinstance(figure, Undefined) else f"{figure:.{decimals}f}"


def _interval(found: Interval | Undefined, decimals: int = 2) -> str:
    return "–" if isinstance(found, Undefined) else f"{found.low:.{decimals}f} to {found.high:.{decimals}f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield aligned lines: the first column to the left, the others to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()
