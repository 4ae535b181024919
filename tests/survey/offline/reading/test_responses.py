from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.problems import Refused
from survey.offline.reading.responses import _SHOWN, Reading, read
from tests.instruments.building import built

VERSION = built({"trust": ["heard", "-safe"]}, unscored=("dont_know",))
SKIPPED, DONT_KNOW = 6, 5


def rows(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read(VERSION, content, Reading(**options)).matrix.tolist()


@pytest.mark.parametrize(
    "content",
    [
        "heard,safe\n1,5\n",
        "heard;safe\n1;5\n",
        b"\xef\xbb\xbfheard,safe\r\n1,5\r\n",
        'safe,"heard"\n"5",1\n',
        "heard, safe\n 1 , 5.0\n",
        "heard,safe\r1,5",
        "\n\nheard,safe\n\n1,5\n\n",
        "name;heard;safe\nA, B;1;5\n",
        "heard\tsafe\n1\t5\n",
        "heard|safe\n1|5\n",
        "sep=;\nheard;safe\n1;5\n",
        b"\xef\xbb\xbfsep=|\r\nheard|safe\r\n1|5\r\n",
        "heard;safe\n1,0;5,0\n",
        "HEARD,Safe\n1,5\n",
        "heard\u200b,\u00a0safe\n1,5\n",
        "heard,safe,,\n1,5,,\n",
        "heard,safe\n1,5,,\n",
        "heard, or not;heard;safe\n1;1;5\n",
        "heard,safe\n1,5\n".encode("utf-16"),
        b"\xfe\xff" + "heard\tsafe\n1\t5\n".encode("utf-16-be"),
        'note,heard,safe\n"of two\nlines",1,5\n',
    ],
)
def test_the_same_answers_are_read_from_every_kind_of_csv(content):
    assert rows(content) == [[0, 4]]


def test_empty_na_and_declared_codes_are_three_ways_not_to_score():
    assert rows("heard,safe\n,NA\ndont_know,3\n") == [[SKIPPED, SKIPPED], [DONT_KNOW, 2]]


def test_groups_are_read_from_the_column_that_was_named():
    read_groups = read(VERSION, b"heard,team,safe\n1,Blue,2\n3,Red,4\n", Reading(group="team"))
    assert read_groups.groups == ("Blue", "Red")
    assert read_groups.warnings == ()


def test_groups_that_look_alike_are_one_and_steer_no_terminal():
    labels = ["Sør", " Sør\u200b", "S\u00f8r\x1b", "A\u030ase", "\u00c5se", '"Øst\nvest"']
    text = "heard,safe,team\n" + "".join(f"1,2,{label}\n" for label in labels)
    found = read(VERSION, text.encode(), Reading(group="team"))
    assert found.groups == ("Sør", "Sør", "Sør", "Åse", "Åse", "Øst vest")


def test_a_column_no_item_has_is_a_warning():
    (warning,) = read(VERSION, b"heard,safe,age,\n1,2,40,\n").warnings
    assert (warning.place, warning.code) == ("row 1, column age", "column-unknown")


def test_a_blank_line_in_a_file_of_one_column_is_left_out_and_counted():
    single = built({"d": ["only"]})
    found = read(single, b"only\n3\n\n4\n")
    assert found.matrix.tolist() == [[2], [3]]
    assert [warning.code for warning in found.warnings] == ["rows-empty"]


def test_rows_of_empty_cells_are_left_out_and_counted():
    found = read(VERSION, b"heard;safe;team\n1;2;A\n;;\n; ;\n3;;B\n;;\n;;C\n")
    assert found.matrix.tolist() == [[0, 1], [2, SKIPPED], [SKIPPED, SKIPPED]]
    assert found.lines == (2, 5, 7)
    told = {warning.code: str(warning) for warning in found.warnings}
    assert told["rows-empty"].startswith("rows-empty: 3 rows of empty cells were left out (row 3, 4, 6).")


def test_codes_that_are_declared_missing_are_skipped_answers():
    declared = {"missing": (".", "-99", "N/A")}
    assert rows("heard,safe\n.,N/A\n-99,-99.0\n1,\n", **declared) == [
        [SKIPPED, SKIPPED],
        [SKIPPED, SKIPPED],
        [0, SKIPPED],
    ]
    with pytest.raises(Refused, match="not-a-number") as refused:
        rows("heard,safe\n.,N/A\n-99,1\n")
    assert "declare it: --missing -99" in refused.value.problems[-1].remedy


@pytest.mark.parametrize("code", ["3", "dont_know"])
def test_an_answer_cannot_be_declared_missing(code):
    with pytest.raises(Refused, match="missing-scored"):
        rows("heard,safe\n1,2\n", missing=(code,))


def test_an_item_nobody_answered_is_told():
    (warning,) = read(VERSION, b"heard,safe\n1,\n2,dont_know\n").warnings
    assert (warning.code, "safe" in warning.fault) == ("item-unanswered", True)


def test_columns_may_be_handed_on_and_named_in_any_case():
    found = read(VERSION, b"Id,heard,TEAM,safe\n7,1,A,2\n8,,B,3\n", Reading(group="team", keep=("id",)))
    assert (found.groups, dict(found.kept)) == (("A", "B"), {"Id": ("7", "8")})
    assert found.warnings == ()


def test_many_unknown_columns_are_counted():
    more = ",".join(f"c{number}" for number in range(25))
    warnings = read(VERSION, f"heard,safe,{more}\n1,2,{',' * 24}\n".encode()).warnings
    assert len(warnings) == 11
    assert warnings[-1].fault == "15 more columns are no items."


def test_many_missing_columns_are_counted():
    version = built({"d": [f"item{number}" for number in range(30)]})
    with pytest.raises(Refused, match="column-missing") as refused:
        read(version, b"item0\n1\n")
    assert len(refused.value.problems) == 11
    assert refused.value.problems[-1].fault == "There are 19 more problems of the header."


def test_a_column_of_nearly_the_name_is_named():
    with pytest.raises(Refused, match="column-missing") as refused:
        rows("hearrd,safe\n1,2\n")
    assert refused.value.problems[0].remedy == "Rename column 'hearrd'."


@pytest.mark.parametrize(
    ("content", "place", "code"),
    [
        ("heard,safe\n1,2\n6,2\n", "row 3, column heard", "out-of-range"),
        ("heard,safe\n1,0\n", "row 2, column safe", "out-of-range"),
        ("heard,safe\n1,-1\n", "row 2, column safe", "out-of-range"),
        ("heard,safe\n1,often\n", "row 2, column safe", "not-a-number"),
        ("heard,safe\n1,2.5\n", "row 2, column safe", "not-a-number"),
        ("heard,safe\n1,nan\n", "row 2, column safe", "not-a-number"),
        ("heard,safe\n1,1e0\n", "row 2, column safe", "not-a-number"),
        ("heard,safe\n1,٣\n", "row 2, column safe", "not-a-number"),
        ("heard\n1\n", "row 1", "column-missing"),
        ("heard,safe,heard\n1,2,1\n", "row 1", "column-duplicate"),
        ("heard,safe\n1,2,3\n", "row 2", "row-ragged"),
        ("heard;safe\n1,5;2\n", "row 2, column heard", "not-a-number"),
        ("heard,safe\n1,2\n\n1\n", "row 4", "row-ragged"),
        ('heard,safe\n1,"2\n', "row 2, column safe", "quote-unclosed"),
        ('heard,safe\n1,2\n"3,4\n5,5\n1,1\n', "row 3, column heard", "quote-unclosed"),
        ('sep=;\n"a\nb";heard;safe\n"x\ny";1;2\n"x\ny";1;"2\n', "row 7, column safe", "quote-unclosed"),
        ('heard,safe\n1,"2"3\n', "row 2, column safe", "quote-unclosed"),
        ('heard,"safe\n1,2\n', "row 1", "quote-unclosed"),
        ('heard,safe\n1,"2\n3,4\n5,"\n', "row 2, column safe", "cell-lines"),
        ('heard,safe\n1,"2\n3,4\n5",6\n', "row 2", "row-ragged"),
        ("heard,safe\n1,4,0\n", "row 2", "row-ragged"),
        ("heard,safe\n", "row 1", "rows-none"),
        ("heard;safe\n;\n;\n", "row 1", "rows-none"),
        ("a,b\n1,2\n", "row 1", "header-unknown"),
        ("1,2\n3,4\n", "row 1", "header-unknown"),
        (";;\n;;\n", "", "file-empty"),
        ("sep=;\n", "", "file-empty"),
        (b"\xff\xfea", "", "encoding"),
        ("", "", "file-empty"),
        (b"\xef\xbb\xbf \r\n", "", "file-empty"),
        ("heard,safe,alder_på\n1,2,3\n".encode("latin-1"), "row 1", "encoding"),
        (b"heard,safe\n1,2\n1,\xe5\n", "row 3", "encoding"),
        ("heard,safe\n1,2\n".encode("utf-16-le"), "", "encoding"),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(content, place, code):
    with pytest.raises(Refused) as refused:
        rows(content)
    assert [(problem.place, problem.code) for problem in refused.value.problems] == [(place, code)]


def test_every_fault_of_a_file_is_told_at_once():
    with pytest.raises(Refused) as refused:
        rows("heard,safe\n9,x\n1\n7,3\n")
    assert [problem.code for problem in refused.value.problems] == [
        "out-of-range",
        "not-a-number",
        "row-ragged",
        "out-of-range",
    ]


def test_a_file_of_nothing_but_faults_is_told_briefly():
    with pytest.raises(Refused) as refused:
        rows("heard,safe\n" + "9,9\n" * 400)
    assert len(refused.value.problems) == _SHOWN + 1
    assert "700 more" in refused.value.problems[-1].fault


@pytest.mark.parametrize(
    ("content", "place", "code"),
    [
        (b"heard,safe\n1,2\n", "row 1", "column-missing"),
        (b"heard,safe,team\n1,2,\n", "row 2, column team", "group-missing"),
        (b"team,heard,safe,team\nA,1,2,B\n", "row 1", "column-duplicate"),
    ],
)
def test_a_person_without_a_group_is_refused_where_groups_are_asked_for(content, place, code):
    with pytest.raises(Refused) as refused:
        read(VERSION, content, Reading(group="team"))
    assert [(problem.place, problem.code) for problem in refused.value.problems] == [(place, code)]


@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(alphabet='heard,safe;"\n\r 123456NA\ufeff', max_size=80).map(lambda text: text.encode()),
        st.text(max_size=40).map(lambda text: ("heard,safe\n" + text).encode()),
    )
)
def test_any_bytes_are_read_or_refused(content):
    with suppress(Refused):
        assert read(VERSION, content).matrix.shape[1] == 2
