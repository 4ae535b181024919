from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.problems import Refused
from survey.offline.responses import _SHOWN, read
from tests.instruments.building import built

VERSION = built({"trust": ["heard", "-safe"]}, unscored=("dont_know",))
SKIPPED, DONT_KNOW = 6, 5


def rows(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read(VERSION, content, **options).matrix.tolist()


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
    ],
)
def test_the_same_answers_are_read_from_every_kind_of_csv(content):
    assert rows(content) == [[0, 4]]


def test_empty_na_and_declared_codes_are_three_ways_not_to_score():
    assert rows("heard,safe\n,NA\ndont_know,3\n") == [[SKIPPED, SKIPPED], [DONT_KNOW, 2]]


def test_a_header_alone_is_nobody():
    assert read(VERSION, b"heard,safe\n").matrix.shape == (0, 2)


def test_groups_are_read_from_the_column_that_was_named():
    read_groups = read(VERSION, b"heard,team,safe\n1,Blue,2\n3,Red,4\n", group="team")
    assert read_groups.groups == ("Blue", "Red")
    assert read_groups.warnings == ()


def test_a_column_no_item_has_is_a_warning():
    (warning,) = read(VERSION, b"heard,safe,age,\n1,2,40,\n").warnings
    assert (warning.place, warning.code) == ("row 1, column age", "column-unknown")


def test_a_blank_line_in_a_file_of_one_column_is_a_person_who_skipped():
    single = built({"d": ["only"]})
    assert read(single, b"only\n3\n\n4\n").matrix.tolist() == [[2], [SKIPPED], [3]]


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
        ("heard,safe\n1,2\n\n1\n", "row 4", "row-ragged"),
        ('heard,safe\n1,"2\n', "row 2", "csv-broken"),
        ('heard,safe\n1,"2"3\n', "row 2", "csv-broken"),
        ("", "", "file-empty"),
        (b"\xef\xbb\xbf \r\n", "", "file-empty"),
        ("heard,safe,alder_på\n1,2,3\n".encode("latin-1"), "row 1", "encoding"),
        (b"heard,safe\n1,2\n1,\xe5\n", "row 3", "encoding"),
        ("heard,safe\n1,2\n".encode("utf-16"), "row 1", "encoding"),
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
        read(VERSION, content, group="team")
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
