"""Many reports in one archive: a folder a language, with contents that say what is in it."""

import zipfile

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
        made.append(ArchivedReport(file, unit, "Vår 2026", language))
    return made


def test_each_language_has_a_folder_with_its_reports_and_their_contents_in_the_order_of_the_units(
    entries, tmp_path
):
    missing = Missing(["Gran & sønn"], [UnmadeReport("Orehaugen", "nn")])
    report_zip.pack(entries, missing, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert sorted(archive.namelist()) == [
            "en/asken-en.pdf",
            "en/contents.html",
            "nb/asken-nb.pdf",
            "nb/bjerk-nb.pdf",
            "nb/contents.html",
        ]
        assert archive.read("nb/bjerk-nb.pdf") == entries[0].file.read_bytes()
        page = reader.fromstring(archive.read("nb/contents.html").decode())
    assert page.get("lang") == "nb"
    assert [cell.text for cell in page.findall(".//tbody/tr/th")] == ["Asken", "Bjerka <skole>"]
    assert [link.get("href") for link in page.findall(".//a")] == ["asken-nb.pdf", "bjerk-nb.pdf"]
    assert [unit.text_content() for unit in page.findall(".//li")] == [
        "Orehaugen (Norsk nynorsk)",
        "Gran & sønn",
    ]


def test_the_same_reports_give_the_same_bytes_whatever_the_order_they_come_in(entries, tmp_path):
    report_zip.pack(entries, Missing(), tmp_path / "one.zip")
    report_zip.pack(entries[::-1], Missing(), tmp_path / "other.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
