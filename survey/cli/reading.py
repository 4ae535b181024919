"""A version for reading in a terminal: what is asked, how it is answered and scored."""

from collections.abc import Iterator
from textwrap import fill

from instruments.model import Version, Wording

_WIDTH = 96


def lines(version: Version, wording: Wording) -> Iterator[str]:
    """Yield the lines of a version in one edition and language, item ids beside their texts."""
    yield f"{version.reference} · {wording.edition} · {wording.language}"
    yield f"SHA-256 {version.content_hash}"
    yield from ("", f"{wording.title} ({wording.edition_name})")
    yield from (fill(wording.subtitle, _WIDTH),) * bool(wording.subtitle)
    yield ""
    yield from (fill(text, _WIDTH) for text in (wording.promise, *wording.introduction))
    yield ""
    yield fill(wording.referent, _WIDTH)
    yield from (f"  {code} {text}" for code, text in wording.categories.items())
    yield from (f"  {name} {text}" for name, text in wording.unscored.items())
    for dimension in version:
        words = wording.dimensions[dimension.id]
        headed = f", headed “{words.heading}”" if words.heading != words.name else ""
        yield from ("", f"{words.name} [{dimension.id}]{headed}", fill(words.definition, _WIDTH))
        for item in dimension.items:
            turned = ", reversed" if item.reverse else ""
            yield f"  - {wording.items[item.id]} [{item.id}{turned}]"
    yield ""
    yield f"A dimension is scored where {version.minimum_answered:.0%} of its items are answered."
    yield f"Levels ({version.levels.status}): {_levels(version, wording)}"
    for change in version.changes:
        by = f" by {change.by}" if change.by else ""
        yield fill(f"Since {version.based_on}: {change.subject} {change.kind}{by}. {change.why}", _WIDTH)


def _levels(version: Version, wording: Wording) -> str:
    named = [wording.levels[level] for level in version.levels.ids]
    cuts = (f" < {cut:g} ≤ " for cut in version.levels.cuts)
    return "".join(part for pair in zip(named, [*cuts, ""], strict=True) for part in pair)
