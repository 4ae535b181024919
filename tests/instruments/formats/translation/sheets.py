"""A small definition of two editions, and its sheet as translators leave it: changed and saved."""

import openpyxl

from instruments import library
from instruments.formats.translation.workbook import TEXTS, workbook_bytes

SMALL = {
    "instrument.toml": """\
# what is asked, and of whom
format = 1
name = "signs"
version = "1.0.0"

[scale]
categories = [1, 2]
unscored = ["unsure"]

[scoring]
minimum_answered = 0.5

[levels]
ids = ["low", "high"]
cuts = [1.5]
status = "provisional"

[terms]
place = ["our", "definite"]
children = ["definite"]

[editions]
nursery = ["nb", "nn", "en"]  # three languages
school = ["nb", "nn", "en"]

[[dimensions]]
id = "trust"
anchor = "ours"
items = [
  { id = "heard", indicator = "all are heard", anchor = "ours" },
  { id = "blamed", indicator = "mistakes are punished", anchor = "ours", reverse = true },
]
""",
    "nb.toml": """\
# Bokmål
title = "Tegn"
promise = "Ingen ser hva du svarer."
introduction = ["Det er frivillig.", "Det tar ett minutt."]
referent = "Hvordan er det i {place.our}?"
categories = { 1 = "Lite", 2 = "Mye" }
unscored = { unsure = "Vet ikke" }
levels = { low = "Begynt", high = "På plass" }

[items]
heard = "Vi lytter til {children.definite}."   # et tegn
blamed = "Feil blir straffet."

[dimensions.trust]
name = "Tillit"
definition = "Vi stoler på hverandre."
questions = ["Hvem spør vi?", "Hvem spør vi ikke?"]

[[dimensions.trust.rubric]]
sign = "Få sier noe."
evidence = "Møter er stille."

[[dimensions.trust.rubric]]
sign = "Alle sier noe."
evidence = "Møter er levende."
""",
    "nn.toml": """\
title = "Teikn"
promise = "Ingen ser kva du svarer."
introduction = ["Det er frivillig.", "Det tek eitt minutt."]
referent = "Korleis er det i {place.our}?"
categories = { 1 = "Lite", 2 = "Mykje" }
unscored = { unsure = "Veit ikkje" }
levels = { low = "I gang", high = "På plass" }

[items]
heard = "Vi lyttar til {children.definite}."
blamed = "Feil blir straffa."

[dimensions.trust]
name = "Tillit"
definition = "Vi stolar på kvarandre."
questions = ["Kven spør vi?", "Kven spør vi ikkje?"]

[[dimensions.trust.rubric]]
sign = "Få seier noko."    # det første
evidence = "Møte er stille."

[[dimensions.trust.rubric]]
sign = "Alle seier noko."
evidence = "Møte er levande."
""",
    "en.toml": """\
title = "Signs"
promise = "Nobody sees what you answer."
introduction = ["It is voluntary.", "It takes a minute."]
referent = "How is it in {place.our}?"
categories = { 1 = "Little", 2 = "Much" }
unscored = { unsure = "Don't know" }
levels = { low = "Started", high = "In place" }

[items]
heard = "We listen to {children.definite}."
blamed = "Mistakes are punished."

[dimensions.trust]
name = "Trust"
definition = "We rely on each other."
questions = ["Whom do we ask?", "Whom do we not ask?"]

[[dimensions.trust.rubric]]
sign = "Few speak."
evidence = "Meetings are quiet."

[[dimensions.trust.rubric]]
sign = "All speak."
evidence = "Meetings are lively."
""",
    "nb.nursery.toml": """\
name = "Barnehage"

[terms]
place = { our = "barnehagen vår", definite = "barnehagen" }
children = { definite = "barna" }
""",
    "nb.school.toml": """\
name = "Skole"

[items]
blamed = "Feil på skolen blir straffet."

[terms]
place = { our = "skolen vår", definite = "skolen" }
children = { definite = "elevene" }
""",
    "nn.nursery.toml": """\
name = "Barnehage"

[terms]
place = { our = "barnehagen vår", definite = "barnehagen" }
children = { definite = "barna" }
""",
    "nn.school.toml": """\
name = "Skule"

[terms]
place = { our = "skulen vår", definite = "skulen" }
children = { definite = "elevane" }
""",
    "en.nursery.toml": """\
name = "Kindergarten"

[terms]
place = { our = "our kindergarten", definite = "the kindergarten" }
children = { definite = "the children" }
""",
    "en.school.toml": """\
name = "School"

[terms]
place = { our = "our school", definite = "the school" }
children = { definite = "the pupils" }
""",
    "SOURCE.md": "Ours.\n",
}


def write_small(folder):
    """The small definition as a folder NAME/VERSION inside another one."""
    definition = folder / "signs" / "1.0.0"
    definition.mkdir(parents=True)
    for name, text in SMALL.items():
        (definition / name).write_text(text, "utf-8")
    return definition


def write_sheet(definition, file, **options):
    file.write_bytes(workbook_bytes(*library.read(definition), **options))
    return file


class Sheet:
    """A workbook that is open in a spreadsheet."""

    def __init__(self, file):
        self.file = file
        self.book = openpyxl.load_workbook(file)
        self.texts = self.book[TEXTS]

    def save(self):
        self.book.save(self.file)
        return self.file

    def column(self, language):
        heads = [str(cell.value or "").partition(" ")[0] for cell in self.texts[1]]
        return heads.index(language) + 1

    def row(self, key, edition=""):
        rows = self.texts.iter_rows(min_row=2)
        return next(
            cells[0].row for cells in rows if (cells[0].value, cells[1].value or "") == (key, edition)
        )

    def cell(self, key, language, edition=""):
        return self.texts.cell(self.row(key, edition), self.column(language))

    def write(self, key, language, text, edition=""):
        self.cell(key, language, edition).value = text

    def fill(self, language, source, changed=str):
        """Write every text of the source again for another language."""
        for row in self.texts.iter_rows(min_row=2):
            text = row[self.column(source) - 1].value
            if text:
                row[self.column(language) - 1].value = changed(text)
