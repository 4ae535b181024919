"""What is in a drawn SVG: its words, boxes and marks, with their places in mm."""

import re
from html import unescape

from lxml.etree import fromstring

MM = 72 / 25.4
SVG = "{http://www.w3.org/2000/svg}"


def size(drawing):
    """Width and height in mm."""
    found = re.search(rb'viewBox="0 0 (\S+) (\S+)"', drawing).groups()
    return tuple(float(each) / MM for each in found)


def words(drawing):
    """Every line of words drawn, with its place, its baseline and its size in mm."""
    found = []
    for text in fromstring(drawing).iter(f"{SVG}text"):
        place = re.search(r"translate\((\S+) (\S+)\)", text.get("transform", ""))
        across, down = place.groups() if place else (text.get("x"), text.get("y"))
        letters = float(re.search(r"font[^;]*?([\d.]+)px", text.get("style"))[1])
        found.append((unescape(text.text or ""), float(across) / MM, float(down) / MM, letters / MM))
    return found


def texts(drawing):
    """The words alone."""
    return [text for text, *_ in words(drawing)]


def boxes(drawing, colour):
    """The boxes filled with a colour, as left, top, right and bottom in mm."""
    found = []
    for path in fromstring(drawing).iter(f"{SVG}path"):
        if path.get("style", "").startswith(f"fill: {colour.lower()}"):
            for part in path.get("d").split("z")[:-1]:
                points = [(float(x) / MM, float(y) / MM) for x, y in re.findall(r"[ML] (\S+) (\S+)", part)]
                (left, right), (top, bottom) = ((min(each), max(each)) for each in zip(*points, strict=True))
                found.append((left, top, right, bottom))
    return found


def marks(drawing, fill, edge=None):
    """The centres of the marks filled with a colour, and with an edge of another, in mm."""
    return [
        (float(each.get("x")) / MM, float(each.get("y")) / MM)
        for each in fromstring(drawing).iter(f"{SVG}use")
        if f"fill: {fill.lower()}" in each.get("style", "")
        and (edge is None or f"stroke: {edge.lower()}" in each.get("style"))
    ]


def lines(drawing, colour):
    """The lines drawn in a colour, each as the places of its ends and corners in mm."""
    found = []
    for path in fromstring(drawing).iter(f"{SVG}path"):
        if f"stroke: {colour.lower()}" in path.get("style", "") and "fill: none" in path.get("style"):
            for part in path.get("d").split("M")[1:]:
                places = re.findall(r"([\d.-]+) ([\d.-]+)", part)
                found.append([(float(x) / MM, float(y) / MM) for x, y in places])
    return found
