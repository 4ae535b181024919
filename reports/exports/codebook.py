"""What the columns mean and what was asked, so that the numbers can be read without us."""

import json
from collections.abc import Mapping
from typing import Final

from instruments.languages import SOURCE
from instruments.model import Version
from reports.disclosure.policy import Audience
from reports.exports.columns import ExportColumn, ExportTable, Subject, mean_steps
from reports.exports.dataset import Extraction, description
from reports.exports.labels import notes

_MAIN_NOTE: Final = {Subject.UNITS: "empty", Subject.POOLS: "pools"}


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
        "thresholds": thresholds(table),
        "how to read": {name: dict(held) for name, held in notes(table.subject.value).items()},
        "rounding": _rounding(table),
        "instruments": [_instrument(version) for version in table.versions],
    }


def main_note(table: ExportTable) -> str:
    """Return the note that says what its rows are, in the language of the source."""
    return notes(table.subject.value)[_MAIN_NOTE[table.subject]][SOURCE]


def thresholds(table: ExportTable) -> Mapping[str, int]:
    """Return the fewest answers (of pools: units or people) that each kind of figure is released from."""
    if table.subject is Subject.POOLS:
        rules = table.policy.pools
        return {"units": rules.units, "people": rules.people, "between units": rules.between_units}
    outside = table.policy.thresholds[Audience.OUTSIDE]
    return {
        "mean": outside.mean,
        "interval, sd, se and level": outside.interval,
        "three-way shares": outside.shares,
        "distribution of a dimension": outside.histogram,
        "item": outside.item,
        "reliability": outside.reliability,
    }


def _rounding(table: ExportTable) -> dict[str, object]:
    """Return the steps that figures are rounded to, those of means also in the points of each scale."""
    policy, rounding = table.policy, table.policy.rounding
    if table.subject is Subject.POOLS:
        return {"counts": policy.pools.step_answers, "covariances": "as the column step says"}
    steps = {version.reference: mean_steps(policy, version) for version in table.versions}
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
