"""Every figure of a profile as SVG and PNG in one ZIP file, with their text alternatives beside them."""

import io
import zipfile
from collections.abc import Iterator

from reports.presentation.figures.drawing import Drawing
from reports.presentation.views import Detail, ProfileView


def pictures(view: ProfileView) -> bytes:
    """Return the ZIP file of the figures that the report has, in its order; the same view, the same bytes.

    An SVG names the shipped font and keeps its words as words; a PNG looks the same everywhere.
    """
    texts = []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, (name, drawing) in enumerate(_figures(view), 1):
            stem = f"{place:02}-{name.replace('_', '-')}"
            # a picture is packed already
            _add(archive, f"{stem}.png", drawing.png(), zipfile.ZIP_STORED)
            _add(archive, f"{stem}.svg", drawing.svg, zipfile.ZIP_DEFLATED)
            texts.append(f"{stem}\n{drawing.alternative}\n")
        _add(archive, "texts.txt", "\n".join(texts).encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _figures(view: ProfileView) -> Iterator[tuple[str, Drawing]]:
    yield "overview", view.overview()
    # so few answers are joined by no line
    lines = view.detail is not Detail.MEANS
    if lines and view.change.drawing:
        yield "change", view.change.drawing
    if lines and view.over_time:
        yield "over-time", view.over_time
    for each in view.dimensions:
        if each.answers:
            yield f"{each.id}-answers", each.answers.drawing
        if lines and each.over_time:
            yield f"{each.id}-over-time", each.over_time


def _add(archive: zipfile.ZipFile, name: str, content: bytes, way: int) -> None:
    member = zipfile.ZipInfo(name)  # at the format's own zero of time
    member.create_system = 3  # or the machine's own would be named
    member.compress_type = way
    archive.writestr(member, content)
