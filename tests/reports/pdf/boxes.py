"""What stands out of its box in a document that WeasyPrint has laid out."""

from weasyprint.formatting_structure import boxes

_TOLERANCE = 1  # pixel
_PIXELS = 96 / 25.4  # in a millimetre


def standing_out(document):
    """The words that reach beyond the block they are set in, or below one of a given height, by page."""
    return [
        f"page {number}: {fault}"
        for number, page in enumerate(document.pages, 1)
        for fault in _within(page._page_box, ())
    ]


def sides(document):
    """How far from the left edge of the paper what is set on each page begins and ends, in millimetres."""
    found = [(page._page_box.content_box_x(), page._page_box.width) for page in document.pages]
    return [(left / _PIXELS, (left + width) / _PIXELS) for left, width in found]


def _within(box, around):
    """Look at a box inside others, the nearest last: blocks of text hold words between their edges."""
    if isinstance(box, boxes.TextBox):
        yield from _word(box, around)
    # what is set as a line has the width of its block
    own = isinstance(box, boxes.BlockContainerBox | boxes.FlexContainerBox | boxes.TableBox)
    for child in getattr(box, "children", ()):
        yield from _within(child, (*around, box) if own else around)


def _word(box, around):
    said = " ".join(box.text.split())
    # the mark of a list stands outside it
    if not said or not around or str(box.element_tag).endswith("::marker"):
        return
    block = around[-1]
    left, right = block.content_box_x(), block.content_box_x() + block.width
    beyond = max(left - box.position_x, box.position_x + box.width - right)
    if beyond > _TOLERANCE:
        yield f"“{said[:50]}” is {beyond:.0f} px beyond {block.element_tag}"
    for each in around:
        # None where the height is that of what is in it
        if each.style["height"] != "auto" and not isinstance(each, boxes.PageBox | boxes.MarginBox):
            below = box.position_y + box.height - (each.position_y + each.margin_height())
            if below > _TOLERANCE:
                yield f"“{said[:50]}” is {below:.0f} px below {each.element_tag}"
