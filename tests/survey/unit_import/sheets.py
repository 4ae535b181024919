"""Files of units for tests: workbooks and texts, made in as few words as a test wants to spend."""

import io

import openpyxl

HEADINGS = ("Organisasjonsnummer", "Navn", "Type", "Utgave", "Overordnet enhet", "Språk", "Leders e-post",
            "Inviterte")  # fmt: skip
TOWN = ("958935420", "Fjordby", "Kommune", "", "", "", "", "")
ASKEN = ("974760673", "Asken skole", "Arbeidsplass", "Skole", "Fjordby", "Nynorsk", "kari@skole.no", "24")
BJERKA = ("", "Bjerka barnehage", "", "barnehage", "Fjordby", "", "ola@skole.no, kari@skole.no", "")
ROWS = (TOWN, ASKEN, BJERKA)


def text(rows=ROWS, headings=HEADINGS, delimiter=";"):
    return "".join(f"{delimiter.join(row)}\r\n" for row in (headings, *rows))


def content(rows=ROWS, headings=HEADINGS, delimiter=";", encoding="utf-8"):
    return text(rows, headings, delimiter).encode(encoding)


def workbook(rows=ROWS, headings=HEADINGS, arrange=lambda _: None):
    """A workbook of these rows, after `arrange` did something to it."""
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    arrange(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def numbered(count, *, leaders=True):
    """A municipality and so many schools in it, each with a leader of its own."""
    schools = [
        ("", f"Skole {number}", "", "skole", "Fjordby", "nb", f"leder{number}@skole.no" * leaders, "20")
        for number in range(count)
    ]
    return (TOWN, *schools)
