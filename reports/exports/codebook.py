"""What the columns mean and what was asked, so that the numbers can be read without us."""

import json
from collections.abc import Sequence

from instruments.model import Version
from reports.disclosure.policy import Audience, Policy
from reports.exports.columns import ExportColumn, ExportTable, mean_steps

EMPTY_CELLS = (
    "An empty cell is not released. It may have too few answers, answers too much alike, or be known from "
    "other cells by subtraction; which of these it was is not released either. Waves of which nothing is "
    "released have no rows, and are not counted here."
)


READING = {
    "numbers of people": (
        "n, invited and the response rate are exact: shares in known steps give them back in any case, so "
        "that rounding them would protect nobody."
    ),
    "amended waves": (
        "The last day of an open wave can be moved to a later one, and the number invited corrected upwards. "
        "prolonged and invited_corrected say where that was done; invited and response_rate are of the "
        "corrected number. By how many days or people is not said, since it would help to recognise a unit."
    ),
    "coded means": (
        "A mean near an end of the scale would tell what nearly everybody answered. It is coded instead: "
        "mean_coding says that it lies under or over the number in mean. Such a dimension has no interval."
    ),
    "intervals": (
        "An interval may be wider than the spread of the answers alone makes it, so that it does not tell "
        "that all, or all but one, agree; it is never narrower. sd and se follow from it."
    ),
    "items": (
        "Either all items of a dimension are released or none; the dimension's mean and shares then follow "
        "from the items' shares."
    ),
    "same numbers": (
        "A figure is the same number for everybody who is shown it; who may see less is shown fewer figures."
    ),
}


def codebook_bytes(table: ExportTable) -> bytes:
    """Return JSON in UTF-8: columns, why cells are empty, the policy's numbers, the instruments' texts."""
    content = {
        "table": table.name,
        "empty cells": EMPTY_CELLS,
        "columns": [_column(column) for column in table.columns],
        "thresholds": thresholds(table.policy),
        "how to read": READING,
        "rounding": _rounding(table.policy, table.versions),
        "instruments": [_instrument(version) for version in table.versions],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def thresholds(policy: Policy) -> dict[str, int]:
    """Return the fewest answers that each kind of figure needs before it is released to the outside."""
    outside = policy.thresholds[Audience.OUTSIDE]
    return {
        "mean": outside.mean,
        "interval, sd, se and level": outside.interval,
        "three-way shares": outside.shares,
        "distribution of a dimension": outside.histogram,
        "item": outside.item,
        "reliability": outside.reliability,
    }


def _rounding(policy: Policy, versions: Sequence[Version]) -> dict[str, object]:
    """Return the steps that figures are rounded to, those of means also in the points of each scale."""
    rounding = policy.rounding
    steps = {version.reference: mean_steps(policy, version) for version in versions}
    return {
        "fine steps from so many answers": rounding.fine_from,
        "means, as a share of the scale's range": {
            "fine": rounding.fine_step,
            "coarse": rounding.coarse_step,
        },
        "means, in scale points": {
            reference: {"fine": fine, "coarse": coarse} for reference, (fine, coarse) in steps.items()
        },
        "shares, in percent": {"fine": rounding.fine_share, "coarse": rounding.coarse_share},
    }


def _column(column: ExportColumn) -> dict[str, object]:
    described: dict[str, object] = {"name": column.name, "label": column.label, "type": column.kind.value}
    if column.values:
        described["values"] = column.values
    return described


def _instrument(version: Version) -> dict[str, object]:
    return {
        "reference": version.reference,
        "content sha-256": version.content_hash,
        "categories": list(version.scale.categories),
        "share of items needed for a score": version.minimum_answered,
        "levels": {
            "ids": list(version.levels.ids),
            "cuts": list(version.levels.cuts),
            "status": version.levels.status,
        },
        "dimensions": [
            {
                "id": dimension.id,
                "anchor": dimension.anchor,
                "items": [{"id": item.id, "reversed": item.reverse} for item in dimension.items],
            }
            for dimension in version
        ],
        "texts": [
            {
                "edition": wording.edition,
                "language": wording.language,
                "title": wording.title,
                "stem": wording.referent,
                "categories": {str(code): text for code, text in wording.categories.items()},
                "levels": dict(wording.levels),
                "dimensions": {key: words.name for key, words in wording.dimensions.items()},
                "items": dict(wording.items),
            }
            for wording in version.wordings.values()
        ],
    }
