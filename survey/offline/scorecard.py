"""Compute every statistic of a set of answers as plain JSON values, and format the main ones as a table."""

from collections.abc import Iterator, Mapping
from typing import Any

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.model import Version
from instruments.statistics import Cases, Figure, Interval, Omega, Reason, Summary, Undefined
from instruments.statistics.factor_models import FitMeasures

_PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
_COLUMNS = ("n", "missing", "mean", "95 % interval", "sd", "alpha", "omega")

_Plain = Any  # JSON


def scorecard(version: Version, everyone: Moments, groups: Mapping[str, Moments]) -> dict[str, _Plain]:
    """Compute all figures, per dimension for everyone and for every group; ICC where there are groups.

    Undefined figures are None, and `undefined` beside them says why.
    """
    # ICC compares groups, so that of a single group does not exist
    own = {label: _dimensions(moments) for label, moments in groups.items()}
    return {
        "instrument": version.reference,
        "level": statistics.LEVEL,
        "n": everyone.n,
        "dimensions": {
            dimension.id: _dimension(everyone, dimension.id, list(groups.values())) for dimension in version
        },
        "groups": {
            label: {"n": groups[label].n, "dimensions": dimensions} for label, dimensions in own.items()
        },
    }


def table(content: dict[str, _Plain]) -> str:
    """Format the main figures as aligned text: a block for everyone and one for every group."""
    blocks = [(f"{content['instrument']}: everyone", content)]
    blocks += [(f"group {label}", part) for label, part in content["groups"].items()]
    return "\n".join(line for title, part in blocks for line in _block(title, part))


def _dimensions(moments: Moments) -> dict[str, _Plain]:
    return {dimension.id: _dimension(moments, dimension.id, []) for dimension in moments.version}


def _dimension(moments: Moments, dimension_id: str, groups: list[Moments]) -> dict[str, _Plain]:
    location = statistics.dimension_summary(moments, dimension_id)
    distribution = statistics.score_distribution(moments, dimension_id)
    n = location.n if isinstance(location, Summary) else 0
    omega = statistics.omega(moments, dimension_id)
    found: dict[str, Figure | Interval] = {
        "mean": location if isinstance(location, Undefined) else location.mean,
        "sd": statistics.sd(location),
        "se": statistics.se(location),
        "interval": statistics.interval(location),
        **_reliability(moments, dimension_id, "pairwise"),
        **_omega(omega),
        "rwg_j": statistics.rwg_j(moments, dimension_id),
        "ad": statistics.average_deviation(moments, dimension_id),
        **_between_groups(groups, dimension_id),
    }
    interval = found["interval"]
    return {
        "n": n,
        "missing": moments.n - n,
        **{name: _plain(value) for name, value in found.items()},
        "levels": list(statistics.levels_spanned(moments.version.levels, interval))
        if isinstance(interval, Interval)
        else None,
        "percentiles": {
            str(percent): _plain(statistics.percentile(distribution, percent / 100))
            for percent in _PERCENTILES
        },
        **_by_item(moments, dimension_id, "pairwise"),
        "omega_heywood": omega == Undefined(Reason.HEYWOOD),
        "omega_fit": None if isinstance(omega, Undefined) else _fit(omega.measures),
        # as well, because those are what other programs report
        "complete_cases": _complete_cases(moments, dimension_id),
        "undefined": {
            name: value.reason.value for name, value in found.items() if isinstance(value, Undefined)
        },
    }


def _omega(omega: Omega | Undefined) -> dict[str, Figure | Interval]:
    return {
        "omega_model_implied": omega if isinstance(omega, Undefined) else omega.model_implied,
        "omega_observed": omega if isinstance(omega, Undefined) else omega.observed,
        "omega_interval": omega if isinstance(omega, Undefined) else omega.interval,
    }


def _complete_cases(moments: Moments, dimension_id: str) -> dict[str, _Plain]:
    found = _reliability(moments, dimension_id, "complete")
    return {
        **{name: _plain(value) for name, value in found.items()},
        **_by_item(moments, dimension_id, "complete"),
    }


def _reliability(moments: Moments, dimension_id: str, cases: Cases) -> dict[str, Figure | Interval]:
    return {
        "alpha": statistics.alpha(moments, dimension_id, cases),
        "alpha_interval": statistics.alpha_interval(moments, dimension_id, cases),
        "alpha_standardised": statistics.standardised_alpha(moments, dimension_id, cases),
    }


def _between_groups(groups: list[Moments], dimension_id: str) -> dict[str, Figure | Interval]:
    found = statistics.intraclass_correlations(groups, dimension_id)
    names = ("icc1", "icc1_mean_size", "icc2", "icc1_interval", "icc2_interval")
    return {name: found if isinstance(found, Undefined) else getattr(found, name) for name in names}


def _fit(measures: FitMeasures) -> dict[str, _Plain]:
    figures = {name: getattr(measures, name) for name in ("chi2", "df", "p", "cfi", "rmsea", "srmr")}
    return {name: _plain(value) for name, value in figures.items()}


def _by_item(moments: Moments, dimension_id: str, cases: Cases) -> dict[str, _Plain]:
    found = {
        "alpha_if_dropped": statistics.alpha_if_dropped(moments, dimension_id, cases),
        "item_rest": statistics.item_rest_correlations(moments, dimension_id, cases),
    }
    items = [item.id for item in moments.version.dimension(dimension_id).items]
    return {
        name: {item: None if isinstance(figures, Undefined) else _plain(figures[item]) for item in items}
        for name, figures in found.items()
    }


def _plain(value: Figure | Interval) -> _Plain:
    if isinstance(value, Undefined):
        return None
    return {"low": value.low, "high": value.high} if isinstance(value, Interval) else value


def _block(title: str, part: dict[str, _Plain]) -> Iterator[str]:
    yield f"{title}, rows: {part['n']}"
    rows = [("", *_COLUMNS), *((name, *_cells(figures)) for name, figures in part["dimensions"].items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((row[0].ljust(widths[0]), *cells)).rstrip()
    yield ""


def _cells(figures: dict[str, _Plain]) -> tuple[str, ...]:
    interval = figures["interval"]
    return (
        str(figures["n"]),
        str(figures["missing"]),
        _decimals(figures["mean"]),
        f"{_decimals(interval['low'])} – {_decimals(interval['high'])}" if interval else "·",
        _decimals(figures["sd"]),
        _decimals(figures["alpha"]),
        "Heywood" if figures["omega_heywood"] else _decimals(figures["omega_model_implied"]),
    )


def _decimals(value: float | None) -> str:
    return "·" if value is None else f"{value:.2f}"
