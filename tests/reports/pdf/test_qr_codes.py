"""The squares as a phone sees them: printed, worn, photographed askew, and read by a decoder."""

import io
import subprocess
from functools import cache

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from reports.pdf.slips import _SLIPS_A_PAGE, poster, slips
from tests.reports.pdf.test_slips import ADDRESS, many, text

LONG = "https://undersokelse.nordmore-interkommunale-oppvekst.example.org/open/1976236elzx3a42mzic7lnk7"


@cache
def sheets():
    """Thirteen slips and their file, laid out once: the pictures of it differ, and the file does not."""
    handed_out = many(13)
    return handed_out, slips(text("nb"), handed_out)


def scanned(pdf, dpi, page):
    """A page as a scanner in shades of grey sees it."""
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-f", str(page), "-l", str(page), "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout  # noqa: S603 - our own file
    return Image.open(io.BytesIO(drawn))


def read(image):
    """What the squares on a page say, from its top to its bottom, the left one of two first."""
    found = zxingcpp.read_barcodes(np.asarray(image), formats=zxingcpp.BarcodeFormat.QRCode)
    row = image.height * 55 / 297  # a slip's height

    def place(square):
        corner = square.position.top_left
        return corner.y // row, corner.x

    return [each.text for each in sorted(found, key=place)]


def as_printed(image):
    return image


def blurred(image):
    return image.filter(ImageFilter.GaussianBlur(image.height / 1000))


def faded(image):
    """Printed in grey on grey paper by a printer short of toner, with specks."""
    specks = np.random.default_rng(3).normal(0, 12, (image.height, image.width))
    return Image.fromarray(np.clip(120 + np.asarray(image) * 0.35 + specks, 0, 255).astype(np.uint8))


def askew(image):
    """Photographed from the side, a little turned."""
    around = ImageOps.expand(image, border=image.width // 6, fill=255)
    width, height = around.size
    lean = (1, 0.06, -0.03 * width, 0.04, 1, -0.02 * height, 0.08 / width, 0.05 / height)
    return around.transform(around.size, Image.Transform.PERSPECTIVE, lean, fillcolor=255)


@pytest.mark.parametrize(
    ("seen", "dpi"), [(as_printed, 100), (as_printed, 150), (blurred, 150), (faded, 150), (as_printed, 300)]
)
def test_every_square_on_a_sheet_of_slips_is_read_as_the_address_of_the_code_beside_it(seen, dpi):
    handed_out, pdf = sheets()
    assert len(handed_out) == 13
    for page, start in enumerate(range(0, len(handed_out), _SLIPS_A_PAGE), start=2):
        sheet = handed_out[start : start + _SLIPS_A_PAGE]
        assert read(seen(scanned(pdf, dpi, page))) == [slip.address for slip in sheet]


def test_the_guide_before_the_slips_has_no_square():
    _, pdf = sheets()
    assert read(scanned(pdf, 50, 1)) == []
    assert len(read(scanned(pdf, 150, 2))) == _SLIPS_A_PAGE


def test_slips_photographed_askew_are_read_too():
    handed_out = many(10)
    found = read(askew(scanned(slips(text("en"), handed_out), 150, 2)))
    assert sorted(found) == sorted(slip.address for slip in handed_out)


@pytest.mark.parametrize("seen", [as_printed, blurred, faded, askew])
@pytest.mark.parametrize("link", [f"{ADDRESS}/open/abc", LONG], ids=["short", "long"])
def test_the_square_on_the_poster_is_read_as_the_link_beneath_it(seen, link):
    assert read(seen(scanned(poster([text("nn"), text("en")], link), 75, 1))) == [link]
