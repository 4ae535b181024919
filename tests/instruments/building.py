"""Small versions for tests of the statistics: real in shape, without texts."""

import hashlib

import numpy as np

from instruments.model import Dimension, Item, Levels, Scale, Version


def built(dimensions, *, categories=(1, 2, 3, 4, 5), unscored=("dont_know",), minimum=0.5, number="1.0.0"):
    """A version with `dimensions`: id → item ids, an item id that starts with `-` being reversed."""
    made = tuple(
        Dimension(
            dimension_id,
            "",
            tuple(Item(item.lstrip("-"), "", "", reverse=item.startswith("-")) for item in items),
        )
        for dimension_id, items in dimensions.items()
    )
    low, high = categories[0], categories[-1]
    cuts = tuple(low + (high - low) * share for share in (0.375, 0.625, 0.8125))
    content = repr((made, categories, unscored, minimum, number))
    return Version(
        name="small",
        number=number,
        scale=Scale(tuple(categories), tuple(unscored)),
        minimum_answered=minimum,
        levels=Levels(("starting", "developing", "established", "embedded"), cuts, "provisional"),
        dimensions=made,
        editions={},
        wordings={},
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
    )


def coded(version, rows):
    """Rows of category codes (None = skipped) as the matrix of code indices."""
    indices = {code: index for index, code in enumerate(version.scale.categories)}
    indices |= {kind: len(indices) + place for place, kind in enumerate(version.scale.unscored)}
    skipped = len(version.scale.categories) + len(version.scale.unscored)
    return np.array(
        [[skipped if answer is None else indices[answer] for answer in row] for row in rows], dtype=np.int8
    ).reshape(len(rows), len(version.items))
