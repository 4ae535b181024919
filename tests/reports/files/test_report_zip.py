"""Many reports in one archive: a folder a language, with contents that say what is in it."""

import io
import zipfile
from functools import partial

import pytest
from lxml import html as reader

from reports.files.zips import report_zip
from reports.files.zips.report_zip import ArchivedReport, Missing, UnmadeReport


@pytest.fixture
def entries(tmp_path):
    made = []
    for language, unit in [("nb", "Bjerka <skole>"), ("nb", "Asken"), ("en", "Asken")]:
        file = tmp_path / f"{unit[:5].lower()}-{language}.pdf"
        file.write_bytes(f"%PDF {unit} {language}".encode())
        made.append(ArchivedReport(file.name, partial(file.open, "rb"), unit, "Vår 2026", language))
    return made


def packed(entries, missing=None):
    stream = io.BytesIO()
    report_zip.pack(entries, missing or Missing(), stream)
    return stream


def test_each_language_has_a_folder_with_its_reports_and_their_contents_in_the_order_of_the_units(entries):
    missing = Missing(["Gran & sønn"], [UnmadeReport("Orehaugen", "nn")])
    with zipfile.ZipFile(packed(entries, missing)) as archive:
        assert sorted(archive.namelist()) == [
            "en/asken-en.pdf",
            "en/contents.html",
            "nb/asken-nb.pdf",
            "nb/bjerk-nb.pdf",
            "nb/contents.html",
        ]
        assert archive.read("nb/bjerk-nb.pdf") == b"%PDF Bjerka <skole> nb"
        page = reader.fromstring(archive.read("nb/contents.html").decode())
    assert page.get("lang") == "nb"
    assert [cell.text for cell in page.findall(".//tbody/tr/th")] == ["Asken", "Bjerka <skole>"]
    assert [link.get("href") for link in page.findall(".//a")] == ["asken-nb.pdf", "bjerk-nb.pdf"]
    assert [unit.text_content() for unit in page.findall(".//li")] == [
        "Orehaugen (Norsk nynorsk)",
        "Gran & sønn",
    ]


def test_the_same_reports_give_the_same_bytes_whatever_the_order_they_come_in(entries):
    assert packed(entries).getvalue() == packed(entries[::-1]).getvalue()
