"""Questionnaires in other houses' formats, read back with those houses' own eyes where we have them."""

from io import BytesIO

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from instruments import library
from instruments.formats.ddi import ddi_bytes
from instruments.formats.ddi_elements import _NAMESPACE
from instruments.formats.limesurvey import lss_bytes
from instruments.formats.xlsform import xlsform_bytes
from tests.paths import EXAMPLES

DDI = f"{{{_NAMESPACE}}}"

QUESTION = (
    "qid parent_qid sid gid type title preg other mandatory encrypted question_order scale_id same_default "
    "relevance question_theme_name modulename"
)
# the tables and columns of a survey structure that LimeSurvey itself exported (its own test data,
# limesurvey_survey_expressionAnswerOptionsTest.lss, DBVersion 477)
LIMESURVEY = {
    "answers": "aid qid code sortorder assessment_value scale_id",
    "answer_l10ns": "id aid answer language",
    "groups": "gid sid group_order randomization_group grelevance",
    "group_l10ns": "id gid group_name description language sid group_order randomization_group grelevance",
    "questions": QUESTION,
    "subquestions": QUESTION,
    "question_l10ns": "id qid question help script language",
    "surveys": "sid gsid admin expires startdate adminemail anonymized faxto format savetimings template "
    "language additional_languages datestamp usecookie allowregister allowsave autonumber_start autoredirect "
    "allowprev printanswers ipaddr refurl showsurveypolicynotice publicstatistics publicgraphs listpublic "
    "htmlemail sendconfirmation tokenanswerspersistence assessments usecaptcha usetokens showxquestions "
    "showgroupinfo shownoanswer showqnumcode showwelcome showprogress",
    "surveys_languagesettings": "surveyls_survey_id surveyls_language surveyls_title surveyls_description "
    "surveyls_welcometext surveyls_endtext surveyls_policy_notice surveyls_url",
}


@pytest.fixture(scope="module")
def version():
    return library.load(EXAMPLES / "minimal.toml")


def test_pyxform_makes_a_form_of_the_xlsform(version):
    result = convert(BytesIO(xlsform_bytes(version, "school")), file_type=".xlsx", validate=False)
    assert result.warnings == []
    form = etree.fromstring(result.xform.encode())
    binds = form.findall(".//{http://www.w3.org/2002/xforms}bind")
    bound = {bind.get("nodeset").rpartition("/")[2] for bind in binds}
    assert {"starts_on_time", "drags_on", "promise_1_", "promise_2_", "referent_"} <= bound
    assert all(bind.get("required") is None for bind in binds)
    values = [value.text for value in form.iter("{http://www.w3.org/2002/xforms}value")]
    assert "Our school has meetings that drag on." in values
    names = {name.text for name in form.iter("{http://www.w3.org/2002/xforms}name")}
    names |= {name.text for name in form.iter("name")}
    assert {"0", "3", "dont_know"} <= names


def test_other_programs_head_the_statements_as_the_service_does():
    shipped = library.get("learning_community@1.0.0")
    wording = shipped.wording("skole", "nb")
    lss = lss_bytes(shipped, "skole").decode()
    form = convert(BytesIO(xlsform_bytes(shipped, "skole")), file_type=".xlsx", validate=False).xform
    for exported in (lss, form):
        assert all(each.heading in exported for each in wording.dimensions.values())
        assert "Deltakelse og tillit" not in exported


def test_limesurvey_knows_every_element_of_the_structure(version):
    document = etree.fromstring(lss_bytes(version, "school"))
    assert document.findtext("LimeSurveyDocType") == "Survey"
    tables = {table.tag: table for table in document if table.find("rows") is not None}
    assert set(tables) == set(LIMESURVEY)
    for name, table in tables.items():
        fields = [field.text for field in table.iter("fieldname")]
        assert set(fields) <= set(LIMESURVEY[name].split())
        assert all([cell.tag for cell in row] == fields for row in table.iter("row"))


def test_limesurvey_finds_each_row_its_question_and_each_question_its_group(version):
    document = etree.fromstring(lss_bytes(version, "school"))
    groups = {gid.text for gid in document.findall("groups/rows/row/gid")}
    arrays = {row.findtext("qid"): row for row in document.findall("questions/rows/row")}
    rows = document.findall("subquestions/rows/row")
    assert {row.findtext("parent_qid") for row in rows} == set(arrays)
    assert {row.findtext("gid") for row in rows} == groups
    assert [row.findtext("title") for row in rows] == ["startsontime", "dragson"]
    answers = [code.text for code in document.findall("answers/rows/row/code")]
    assert answers == ["0", "1", "2", "3", "U1"]
    assert document.findtext("surveys/rows/row/anonymized") == "Y"


def test_an_archive_finds_questions_answers_and_groups(version):
    book = etree.fromstring(ddi_bytes(version, "school"))
    variables = book.findall(f".//{DDI}var")
    assert [variable.get("name") for variable in variables] == ["starts_on_time", "drags_on"]
    group = book.find(f".//{DDI}varGrp")
    assert group.get("var").split() == [variable.get("ID") for variable in variables]
    question = variables[1].find(f"{DDI}qstn")
    assert question.findtext(f"{DDI}qstnLit") == "Our school has meetings that drag on."
    missing = [each.findtext(f"{DDI}catValu") for each in variables[0].findall(f"{DDI}catgry[@missing='Y']")]
    assert missing == ["dont_know"]
    assert variables[0].find(f"{DDI}derivation") is None
    assert variables[1].find(f"{DDI}derivation") is not None


@pytest.mark.parametrize("edition", ["barnehage", "skole", "fagopplaering", "folkeskole"])
def test_the_whole_questionnaire_travels_in_every_edition_and_language(edition):
    whole = library.get("learning_community@1.1.0")
    form = convert(BytesIO(xlsform_bytes(whole, edition)), file_type=".xlsx", validate=False)
    assert form.warnings == []
    structure = etree.fromstring(lss_bytes(whole, edition))
    questions = structure.findall("question_l10ns/rows/row")
    book = etree.fromstring(ddi_bytes(whole, edition))
    for language in whole.editions[edition]:
        texts = set(whole.wording(edition, language).items.values())
        plain = {text for text in texts if not {"&", "<", '"'} & set(text)}
        assert len(plain) > len(texts) / 2
        assert {text for text in plain if text not in form.xform} == set()
        asked = {row.findtext("question") for row in questions if row.findtext("language") == language}
        assert texts <= asked
        path = f".//{DDI}qstn[@{{http://www.w3.org/XML/1998/namespace}}lang='{language}']/{DDI}qstnLit"
        assert {question.text for question in book.findall(path)} == texts


def test_the_parts_of_a_codebook_stand_in_the_order_of_its_schema():
    # the sequences of codebook.xsd 2.5, as far as we use them; repeated parts stand together
    sequences = {
        "codeBook": ["stdyDscr", "dataDscr"],
        "stdyDscr": ["citation", "stdyInfo", "method"],
        "titlStmt": ["titl", "parTitl", "IDNo"],
        "varGrp": ["labl", "txt"],
        "var": ["labl", "qstn", "catgry", "derivation", "notes"],
        "qstn": ["preQTxt", "qstnLit"],
        "catgry": ["catValu", "labl"],
    }
    book = etree.fromstring(ddi_bytes(library.get("learning_community@1.0.0"), "skole"))
    held = {name: list(book.iter(DDI + name)) for name in sequences}
    assert [name for name, elements in held.items() if not elements] == []
    places = [
        [sequences[name].index(etree.QName(child).localname) for child in element]
        for name, elements in held.items()
        for element in elements
    ]
    assert places == [sorted(each) for each in places]
