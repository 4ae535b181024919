"""Answers come back: exported, answered in another program, exported there, read with the same definition.

The columns are made from the file that was exported as those programs make them: ODK Central and Briefcase
write `group-item`, KoboToolbox `group/item`, both the item alone where asked to, LimeSurvey `D1[code]`, and
`D1_code` where its file is for R, SPSS or Stata.
"""

import csv
import io
import random
from dataclasses import replace

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from instruments import library
from instruments.formats.limesurvey import lss_bytes
from instruments.formats.xlsform import xlsform_bytes
from instruments.problems import Refused
from survey.offline.reading.responses import read
from tests.instruments.building import built
from tests.paths import EXAMPLES

XFORMS = "{http://www.w3.org/2002/xforms}"
ODK_AROUND = (
    ["SubmissionDate"],
    ["meta-instanceID", "KEY", "SubmitterName", "Status", "Edits", "FormVersion"],
)
KOBO_AROUND = (
    ["start", "end"],
    ["_id", "_uuid", "_submission_time", "__version__", "meta/instanceID", "_index"],
)
LIMESURVEY_AROUND = (["id", "submitdate", "lastpage", "startlanguage", "seed"], [])
SHIPPED = [
    (reference, edition)
    for reference in ("learning_community@1.1.0", "pulse@1.0.0")
    for edition in library.get(reference).editions
]
# ids that are columns there, that are reserved, that end as codes do, that differ only by underscores
ODD = [
    "id",
    "token",
    "KEY",
    "Status",
    "start",
    "meta",
    "time",
    "other",
    "D1_a",
    "a",
    "U1",
    "N1",
    "x_y",
    "xy",
    "xmlns",
]


def csv_of(around, columns, rows):
    before, after = around
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([*before, *columns, *after])
    for number, row in enumerate(rows):
        writer.writerow([*[f"b{number}"] * len(before), *row, *[f"a{number}"] * len(after)])
    return stream.getvalue().encode()


def answered(answers, columns):
    """Rows in which every answer stands somewhere, some cells empty; and the index of each."""
    chosen = random.Random(4)  # noqa: S311 - answers need no secrecy
    picked = [[chosen.randrange(len(answers) + 1) for _ in columns] for _ in range(20)]
    picked += [[k] * len(columns) for k in range(len(answers) + 1)]
    return [[([*answers, ""])[k] for k in row] for row in picked], picked


def xform(version, edition):
    """The paths of the questions and the values of the answers, as a program that holds the form has them."""
    form = etree.fromstring(
        convert(io.BytesIO(xlsform_bytes(version, edition)), file_type=".xlsx").xform.encode()
    )
    paths = [control.get("ref").split("/")[2:] for control in form.iter(f"{XFORMS}select1")]
    values = [name.text for name in form.find(f".//{XFORMS}instance[@id='answers']").iter(f"{XFORMS}name")]
    return paths, values


def limesurvey(version, edition):
    """The codes of the questions with their rows', and of the answers, as LimeSurvey has them."""
    document = etree.fromstring(lss_bytes(version, edition))
    arrays = {row.findtext("qid"): row.findtext("title") for row in document.findall("questions/rows/row")}
    rows = document.findall("subquestions/rows/row")
    codes = [(arrays[row.findtext("parent_qid")], row.findtext("title")) for row in rows]
    first = document.findtext("answers/rows/row/qid")
    answers = [row for row in document.findall("answers/rows/row") if row.findtext("qid") == first]
    return codes, [row.findtext("code") for row in answers]


def came_back(version, around, columns, answers):
    rows, picked = answered(answers, columns)
    found = read(version, csv_of(around, columns, rows))
    assert found.matrix.tolist() == picked
    assert found.warnings == ()


def worded(version):
    """A built version with the words of one edition, so that it can be exported."""
    wording = library.load(EXAMPLES / "minimal.toml").wording("school", "en")
    names = {each.id: replace(next(iter(wording.dimensions.values())), name=each.id) for each in version}
    scale = version.scale
    words = replace(
        wording,
        items={item.id: f"Of {item.id}." for item in version.items},
        categories={code: f"so {code}" for code in scale.categories},
        unscored={each: f"not {each}" for each in scale.unscored},
        dimensions=names,
    )
    return replace(version, editions={"school": ("en",)}, wordings={("school", "en"): words})


VERSIONS = [
    *((library.get(reference), edition) for reference, edition in SHIPPED),
    (
        worded(built({"first": ODD[:8], "Edits": ODD[8:]}, categories=(-1, 0, 1), unscored=("U2", "U1"))),
        "school",
    ),
    (worded(built({"d": ["token"]})), "school"),
]
NAMED = [f"{version.reference}-{edition}-{len(version.items)}" for version, edition in VERSIONS]


@pytest.mark.parametrize(("version", "edition"), VERSIONS, ids=NAMED)
def test_answers_come_back_from_odk_and_kobotoolbox(version, edition):
    paths, values = xform(version, edition)
    assert len(paths) == len(version.items)
    came_back(version, ODK_AROUND, ["-".join(path) for path in paths], values)
    came_back(version, KOBO_AROUND, ["/".join(path) for path in paths], values)
    came_back(version, ODK_AROUND, [path[-1] for path in paths], values)


@pytest.mark.parametrize(("version", "edition"), VERSIONS, ids=NAMED)
def test_answers_come_back_from_limesurvey(version, edition):
    codes, answers = limesurvey(version, edition)
    assert len(codes) == len(version.items)
    came_back(version, LIMESURVEY_AROUND, [f"{array}[{row}]" for array, row in codes], answers)
    came_back(version, LIMESURVEY_AROUND, [f"{array}_{row}" for array, row in codes], answers)
    texts = [f"{array}[{row}]. [{row}] How far, to speak of it?" for array, row in codes]
    came_back(version, LIMESURVEY_AROUND, texts, answers)


@pytest.mark.parametrize("version", [version for version, _ in VERSIONS], ids=NAMED)
def test_answers_with_our_own_names_are_read_as_before(version):
    answers = [*map(str, version.scale.categories), *version.scale.unscored]
    came_back(version, (["_id"], []), [item.id for item in version.items], answers)


def test_an_item_of_another_group_is_not_taken_for_one_of_this():
    version = built({"trust": ["heard"], "time": ["safe"]})
    with pytest.raises(Refused) as refused:
        read(version, b"D1[heard],D1[safe]\n1,2\n")
    assert [problem.fault for problem in refused.value.problems] == ["There is no column 'safe'."]
    with pytest.raises(Refused) as refused:
        read(version, b"trust/heard,trust/safe\n1,2\n")
    assert [problem.code for problem in refused.value.problems] == ["column-missing"]


@pytest.mark.parametrize(
    "head",
    [
        "G01Q01[heard],G01Q02[notsafe]",
        "d1[HEARD],D2[notSafe]",
        "D1.heard.,D2.notsafe.",
        "D1.heard....heard..We.are.heard,D2.notsafe....notsafe..We.are.not",
        "group_ab1cd/heard,group_ab1cd/not_safe",
        "page-trust-heard,page-time-not_safe",
        "Trust/Heard,TIME/Not_Safe",
        "trust.heard,time.not_safe",
        "trust:heard,time:not_safe",
    ],
)
def test_heads_are_read_as_programs_and_people_change_them(head):
    version = built({"trust": ["heard"], "time": ["-not_safe"]})
    found = read(version, f"{head}\n1,2\n".encode())
    assert (found.matrix.tolist(), found.warnings) == ([[0, 1]], ())


def test_one_item_in_two_columns_is_refused():
    version = built({"trust": ["heard", "safe"]})
    with pytest.raises(Refused) as refused:
        read(version, b"trust/heard,heard,trust-safe\n1,2,3\n")
    assert [problem.code for problem in refused.value.problems] == ["column-duplicate"]


def test_a_fault_is_placed_where_the_other_programs_file_has_it():
    version = built({"trust": ["heard", "safe"]})
    with pytest.raises(Refused) as refused:
        read(version, b"D1[heard],D1[safe]\n1,U9\n")
    (problem,) = refused.value.problems
    assert (problem.place, problem.code) == ("row 2, column D1[safe]", "not-a-number")


def test_codes_of_limesurvey_mean_nothing_in_other_files():
    version = built({"trust": ["heard", "safe"]})
    with pytest.raises(Refused) as refused:
        read(version, b"heard,safe\nU1,2\n")
    assert [problem.code for problem in refused.value.problems] == ["not-a-number"]
