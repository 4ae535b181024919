"""What the columns mean and what was asked, so that the numbers can be read without us."""

import json
from collections.abc import Sequence

from instruments.model import Version
from reports.disclosure.policy import Audience, Policy
from reports.exports.columns import ExportColumn, ExportTable, mean_steps
from reports.exports.dataset import Extraction, description
from reports.exports.labels import notes


def codebook_bytes(table: ExportTable, made: Extraction) -> bytes:
    """Return the codebook as JSON in UTF-8."""
    return (json.dumps(codebook(table, made), ensure_ascii=False, indent=2) + "\n").encode()


def codebook(table: ExportTable, made: Extraction) -> dict[str, object]:
    """Return data set, columns, notes, the policy's numbers and the instruments' texts, in every language."""
    return {
        "table": table.name,
        "data set": description(table, made),
        "columns": [_column(column) for column in table.columns],
        "primary key": list(table.key),
        "thresholds": thresholds(table.policy),
        "how to read": {name: dict(held) for name, held in notes().items()},
        "rounding": _rounding(table.policy, table.versions),
        "instruments": [_instrument(version) for version in table.versions],
    }


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
    described: dict[str, object] = {
        "name": column.name,
        "label": dict(column.labels),
        "type": column.kind.value,
        "measure": column.measure.value,
    }
    if column.width:
        described["width"] = column.width
    if column.values:
        described["values"] = {str(code): dict(held) for code, held in column.values.items()}
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
                "items": [
                    {"id": item.id, "reversed": item.reverse, "since": item.since or version.reference}
                    for item in dimension.items
                ],
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
