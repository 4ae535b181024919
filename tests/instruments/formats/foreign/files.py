"""Questionnaires of others, in the shape that those programs write: an XLSForm and surveys of LimeSurvey."""

import io

import openpyxl

# what a municipality asks its kindergartens, built in KoboToolbox: a rating, a table, and much else
SURVEY = (
    ("type", "name", "label::Bokmål (nb)", "label::English (en)", "hint::Bokmål (nb)", "required",
     "appearance", "relevant", "constraint", "kobo--score-choices"),
    ("start", "start"),
    ("deviceid", "deviceid"),
    ("note", "velkommen", 'Takk for at du **svarer** på <span style="color:red">undersøkelsen</span>.',
     "Thank you for *answering*."),
    ("select_one avdeling", "avdeling", "Hvilken avdeling?", "Which section?", "", "true"),
    ("begin_group", "trivsel", "Trivsel på jobb", "Well-being at work", "", "", "field-list"),
    ("select_one enig or_other", "trives_på_jobb", "Jeg trives på jobb.", "I enjoy my work.", "", "yes"),
    ("select_one enig", "Støtte 1", "Jeg får støtte av ${avdeling}.", "I get support from ${avdeling}."),
    ("text", "utdyp", "Utdyp gjerne", "Tell more"),
    ("end_group",),
    ("note", "midt", "Nå er du halvveis!", "Half-way!"),
    ("begin group", "samarbeid", "Samarbeid", "Collaboration", "", "", "table-list"),
    ("select_one enig", "tabellhode", "", "", "", "", "label"),
    ("select_one enig", "planlegger", "Vi planlegger sammen.", "We plan together.", "Tenk på siste måned", "",
     "list-nolabel", "${avdeling} = 'a'", ". != 3"),
    ("select_one enig", "with", "Vi deler æøå & «sitater».", 'We share "quotes".', "", "", "list-nolabel"),
    ("end group",),
    ("begin_score", "klima", "Klima", "Climate", "", "", "", "", "", "enig"),
    ("score__row", "åpent", "Det er åpent.", "It is open."),
    ("end_score",),
    ("begin_repeat", "barn", "Barn", "Child"),
    ("select_one enig", "barn_trives", "Barnet trives.", "The child thrives."),
    ("end_repeat",),
    ("select_multiple avdeling", "flere", "Flere?", "More?"),
)  # fmt: skip
CHOICES = (
    ("list_name", "name", "label::Bokmål (nb)", "label::English (en)"),
    ("enig", 1, "Helt uenig", "Strongly disagree"),
    ("enig", 2, "Uenig", "Disagree"),
    ("enig", 3, "Enig", "Agree"),
    ("enig", 4, "Helt enig", "Strongly agree"),
    ("enig", 99, "Vet ikke", "Don't know"),
    ("avdeling", "a", "Småbarn", "Toddlers"),
    ("avdeling", "b", "Storebarn", "Older children"),
)
SETTINGS = (
    ("form_title", "form_id", "default_language"),
    ("Barnehagens uke", "barnehage-2026", "Bokmål (nb)"),
)


def workbook(survey=SURVEY, choices=CHOICES, settings=SETTINGS, arrange=lambda _: None):
    """A workbook of these sheets; one that is None is left out."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        if rows is not None:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    if not book.worksheets:
        book.create_sheet("other")
    arrange(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def form(*questions, choices=CHOICES[1:], settings=SETTINGS):
    """A form in one language without a name: type, name and label of each question."""
    listed = [row[:3] for row in choices]
    return workbook(
        [("type", "name", "label"), *questions], [("list name", "name", "label"), *listed], settings
    )


def _table(name, *rows):
    fields = "".join(f"<fieldname>{field}</fieldname>" for field in (rows[0] if rows else {}))
    cells = "".join(
        "<row>" + "".join(f"<{key}><![CDATA[{text}]]></{key}>" for key, text in row.items()) + "</row>\n"
        for row in rows
    )
    return f"<{name}><fields>{fields}</fields><rows>\n{cells}</rows></{name}>\n"


def survey(*tables, languages=("nb", "en"), start=""):
    """A survey structure of these tables, each a name and its rows."""
    listed = "".join(f"<language>{each}</language>" for each in languages)
    written = "".join(_table(name, *rows) for name, *rows in tables)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{start}<document>\n'
        "<LimeSurveyDocType>Survey</LimeSurveyDocType>\n"
        f"<DBVersion>623</DBVersion>\n<languages>{listed}</languages>\n{written}</document>\n"
    ).encode()


def question(qid, kind, title, parent="0", **more):
    return {
        "qid": str(qid), "parent_qid": parent, "sid": "77", "gid": "1", "type": kind, "title": title,
        "preg": "", "other": "N", "mandatory": "N", "question_order": str(qid), "scale_id": "0",
        "relevance": "1", **more,
    }  # fmt: skip


def texts(qid, nb, en, **more):
    return [
        {"qid": str(qid), "question": nb, "help": "", "language": "nb", **more},
        {"qid": str(qid), "question": en, "help": "", "language": "en", **more},
    ]


def answers(qid, codes, values=None):
    """The answers of one question and their texts, as LimeSurvey 5 numbers them."""
    rows, words = [], []
    for order, (code, nb, en) in enumerate(codes):
        aid = f"{qid}{order}"
        rows.append(
            {"aid": aid, "qid": str(qid), "code": code, "sortorder": str(order),
             "assessment_value": str(values[order]) if values else "0", "scale_id": "0"}
        )  # fmt: skip
        words += [{"aid": aid, "answer": nb, "language": "nb"}, {"aid": aid, "answer": en, "language": "en"}]
    return rows, words


DEGREES = (
    ("A1", "I liten grad", "To a small degree"), ("A2", "I noen grad", "To some degree"),
    ("A3", "I stor grad", "To a large degree"), ("A6", "Vet ikke", "Don't know"),
)  # fmt: skip


def limesurvey_6():
    """A school's survey as LimeSurvey 6 exports it: two arrays with one stem, a third with another."""
    rows, words = [], []
    for qid in (10, 20, 30):
        made, said = answers(qid, DEGREES)
        rows, words = rows + made, words + said
    stem = ("<p>I hvilken grad stemmer dette?</p>", "<p>To what degree is this so?</p>")
    other = ("<p>Tenk på ledelsen:</p>", "<p>Think of the leaders:</p>")
    return survey(
        ("answers", *rows),
        ("answer_l10ns", *words),
        ("groups", {"gid": "1", "sid": "77", "group_order": "1", "grelevance": ""},
         {"gid": "2", "sid": "77", "group_order": "0", "grelevance": "Q1.NAOK > 1"}),
        ("group_l10ns", {"gid": "1", "group_name": "Samarbeid", "description": "<p>Om å samarbeide.</p>",
          "language": "nb"},
         {"gid": "1", "group_name": "Collaboration", "description": "", "language": "en"},
         {"gid": "2", "group_name": "Ledelse", "description": "", "language": "nb"},
         {"gid": "2", "group_name": "Leadership", "description": "", "language": "en"}),
        ("questions", question(10, "F", "Q1"), question(20, "F", "Q2", mandatory="Y"),
         question(30, "F", "Q3", gid="2"), question(40, "S", "Q4"), question(50, "Y", "Q5")),
        ("question_l10ns", *texts(10, *stem), *texts(20, *stem), *texts(30, *other),
         *texts(40, "Kommentar", "Comment"), *texts(50, "Ja?", "Yes?"),
         *texts(11, "Vi <b>hjelper</b> hverandre.<br />", "We help each other."),
         *texts(12, "Vi spør {TOKEN:FIRSTNAME}.", "We ask.", help="Tenk på i går"),
         *texts(21, "Vi lytter.<img src='x.png' onerror='alert(1)'>", "We listen."),
         *texts(31, "Ledelsen er tydelig.", "The leaders are clear.")),
        ("subquestions", question(11, "T", "SQ001", "10"),
         question(12, "T", "SQ002", "10", relevance="Q5 == 'Y'"),
         question(21, "T", "SQ001", "20"), question(31, "T", "SQ001", "30", gid="2")),
        ("question_attributes", {"qid": "10", "attribute": "array_filter", "value": "Q5"}),
        ("quota", {"id": "1", "name": "q"}),
        ("surveys", {"sid": "77", "language": "nb", "additional_languages": "en", "anonymized": "N"}),
        ("surveys_languagesettings",
         {"surveyls_language": "nb", "surveyls_title": "Skolemiljø 2026", "surveyls_description": "",
          "surveyls_welcometext": "<p>Velkommen!</p>\n<p>Svar innen fredag.</p>", "surveyls_endtext": "Takk"},
         {"surveyls_language": "en", "surveyls_title": "School climate", "surveyls_description": "",
          "surveyls_welcometext": "", "surveyls_endtext": ""}),
    )  # fmt: skip


def limesurvey_2():
    """A survey as versions 2 and 3 export it: each row once for each language, with its text."""
    return survey(
        ("answers", *[
            {"qid": qid, "code": f"TL{n}", "answer": word, "assessment_value": "0", "sortorder": str(n),
             "language": "da", "scale_id": "0"}
            for qid in "56" for n, word in enumerate(("Aldrig", "Nogle gange", "Altid"), 1)]),
        ("groups", {"gid": "1", "group_name": "Hverdag", "group_order": "0", "language": "da"}),
        ("questions", question(5, "L", "q1", question="Vi mødes.", help="", language="da"),
         question(6, "L", "q2", question="Vi taler.", help="", language="da"),
         question(7, "A", "p5", question="Hvor ofte?", help="", language="da")),
        ("subquestions", question(8, "T", "1", "7", question="Vi ser.", language="da")),
        ("surveys", {"sid": "1", "language": "da", "additional_languages": ""}),
        ("surveys_languagesettings", {"surveyls_language": "da", "surveyls_title": "Vores uge"}),
        languages=("da",),
    )  # fmt: skip
