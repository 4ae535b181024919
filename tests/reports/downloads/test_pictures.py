"""The figures as pictures: each twice, each with its text, and none that the report does not have."""

import io
import zipfile

import pytest
from lxml import etree

from reports.downloads.pictures import pictures
from reports.presentation.views import profile_view
from tests.reports.downloads.test_slides import shown


def packed(*sizes, language="nb"):
    return zipfile.ZipFile(io.BytesIO(pictures(profile_view(shown(*sizes), language))))


@pytest.mark.parametrize(
    ("sizes", "count"), [((41,), 1 + 9), ((38, 41), 3 + 18), ((7,), 1), ((12, 7), 1)], ids=str
)
def test_every_figure_of_the_report_is_there_as_svg_and_as_png(sizes, count):
    archive = packed(*sizes)
    names = [each for each in archive.namelist() if each != "texts.txt"]
    stems = {each.rpartition(".")[0] for each in names}
    assert len(stems) == count
    assert sorted(names) == sorted(f"{stem}.{form}" for stem in stems for form in ("png", "svg"))
    for name in names:
        content = archive.read(name)
        assert content.startswith(b"\x89PNG") or etree.fromstring(content).tag.endswith("svg")


def test_every_figure_has_its_text_and_no_file_tells_a_moment_or_a_machine():
    archive = packed(38, 41)
    texts = archive.read("texts.txt").decode("utf-8-sig").split("\n\n")
    names = {each.rpartition(".")[0] for each in archive.namelist()} - {"texts"}
    assert {each.split("\n")[0] for each in texts} == names
    assert all(len(each.strip().split("\n")) == 2 for each in texts)
    assert {(each.date_time, each.create_system) for each in archive.infolist()} == {
        ((1980, 1, 1, 0, 0, 0), 3)
    }
    assert pictures(profile_view(shown(41), "en")) == pictures(profile_view(shown(41), "en"))
