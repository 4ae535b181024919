"""Every fault of a definition by its code and line: a gallery of files, and what no file can break.

A file in `faulty/` has one fault. Its name begins with the code, and `# here` marks the line.
"""

import re
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments import library
from instruments.definition import loader
from instruments.problems import Refused
from tests.paths import FAULTY, MINIMAL, REPOSITORY

GALLERY = sorted(file for file in FAULTY.glob("*.toml") if "@" not in file.name)
SOURCES = REPOSITORY / "instruments"


def refusal(path):
    with pytest.raises(Refused) as refused:
        library.load(path)
    return refused.value.problems


@pytest.mark.parametrize("file", GALLERY, ids=lambda file: file.stem)
def test_a_faulty_file_has_exactly_its_fault_on_its_line(file):
    encoding = "utf-16" if "utf16" in file.name else "latin-1"
    lines = file.read_bytes().decode(encoding).splitlines()
    marked = 1 + next(number for number, line in enumerate(lines) if "# here" in line)
    problems = refusal(file)
    assert [problem.code for problem in problems] == [file.name.split(".")[0]]
    assert problems[0].place == f"{file.as_posix()}:{marked}"
    assert problems[0].fault.endswith(".")
    assert problems[0].remedy.endswith(".")


def test_every_code_has_a_file_or_a_test_here():
    # those of workbooks and of other programs' names are raised by tests of instruments/formats
    files = [file for file in SOURCES.rglob("*.py") if "formats" not in file.parts]
    source = "".join(file.read_text("utf-8") for file in files)
    pattern = r'"((?:%s)-[a-z-]+)"'
    families = "file|encoding|toml|nesting|type|key|format|version|name|id|codes|share|cuts|dimensions?|items"
    families += "|editions?|language|texts?|terms?|form|placeholder|rubric|base|keep|change|bump"
    raised = set(re.findall(pattern % families, source)) - {"version-order", "utf-8"}
    shown = {file.name.split(".")[0] for file in GALLERY}
    alone = {"file-large", "file-missing", "texts-misplaced", "items-many", "dimension-long"}
    assert raised - shown == alone | {"base-circular", "base-undeclared"}


def test_problems_are_told_in_the_files_order_and_always_the_same():
    found = []
    for order in (1, -1):
        draft = loader.DefinitionDraft(MINIMAL)
        draft.places = {("b",): "a.toml:2", ("a",): "a.toml:10"}
        for path, fault in [(("a",), "A."), (("b",), "C."), (("b",), "B."), (("b",), "B.")][::order]:
            draft.add(path, "key-unknown", fault, "Delete it.")
        with pytest.raises(Refused) as refused:
            draft.refuse()
        found.append([(problem.place, problem.fault) for problem in refused.value.problems])
    assert found == [[("a.toml:2", "B."), ("a.toml:2", "C."), ("a.toml:10", "A.")]] * 2


def test_what_nobody_sees_is_found_in_the_reason_of_a_change(tmp_path):
    later = tmp_path / "later.toml"
    later.write_text(
        'format = 1\nname = "pulse"\nversion = "1.1.0"\nbased_on = "1.0.0"\n\n'
        '[[changes]]\nkind = "dropped"\nitem = "nothing"\nwhy = "So\u200b."\n',
        "utf-8",
    )
    told = {problem.code: problem.place for problem in refusal(later)}
    assert told["text-invisible"] == f"{later.as_posix()}:9"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "huge.toml"
    file.write_text("[" * 10_000_000, "utf-8")
    assert [problem.code for problem in refusal(file)] == ["file-large"]


@pytest.mark.parametrize("bracket", ["[", "{a=", "[{a="])
def test_nesting_that_would_exhaust_the_stack_is_refused(tmp_path, bracket):
    file = tmp_path / "deep.toml"
    file.write_text("a = " + bracket * 100_000, "utf-8")
    assert refusal(file)[0].code in {"nesting-deep", "toml-invalid"}


def test_a_missing_file_and_a_folder_without_a_definition_are_refused(tmp_path):
    assert [problem.code for problem in refusal(tmp_path / "none.toml")] == ["file-missing"]
    assert [problem.code for problem in refusal(tmp_path)] == ["file-missing"]
    assert [problem.code for problem in refusal(tmp_path / ("x" * 5000))] == ["file-missing"]


def lengthened(tmp_path, number):
    """The smallest definition with so many items more in its only dimension."""
    text = MINIMAL.read_text("utf-8")
    item = '  [[dimensions.items]]\n  id = "more_{0}"\n  indicator = "more"\n  anchor = "our own"\n'
    text = text.replace("[texts.en]\n", "".join(item.format(k) for k in range(number)) + "[texts.en]\n")
    words = "".join(f'more_{k} = "More of it, {k} times."\n' for k in range(number))
    file = tmp_path / "long.toml"
    file.write_text(text.replace("[texts.en.items]\n", "[texts.en.items]\n" + words), "utf-8")
    return file


def test_more_items_than_anyone_answers_are_refused(tmp_path):
    assert [problem.code for problem in refusal(lengthened(tmp_path, 500))] == [
        "dimension-long",
        "items-many",
    ]


def test_a_dimension_has_at_most_a_hundred_items(tmp_path):
    own = len(library.load(MINIMAL).items)
    assert len(library.load(lengthened(tmp_path, 100 - own)).items) == 100
    [problem] = refusal(lengthened(tmp_path, 101 - own))
    assert problem.code == "dimension-long"
    assert "101 items" in problem.fault
    assert "at most 100" in problem.remedy


@pytest.mark.parametrize("codes", [range(1, 6), range(11), (0, 25, 50, 75, 100), (-2, -1, 0, 1, 2), (0, 1)])
def test_evenly_spaced_codes_are_a_scale(tmp_path, codes):
    scale = MINIMAL.read_text("utf-8")
    scale = re.sub(r"(?m)^categories = .*$", f"categories = {list(codes)}", scale)
    scale = re.sub(r"(?m)^cuts = .*$", f"cuts = [{codes[0] + (codes[-1] - codes[0]) / 2}]", scale)
    words = "".join(f'{code} = "Answer {place}"\n' for place, code in enumerate(codes))
    scale = re.sub(r"(?ms)^\[texts.en.categories\]\n.*?\n\n", f"[texts.en.categories]\n{words}\n", scale)
    file = tmp_path / "scale.toml"
    file.write_text(scale, "utf-8")
    assert library.load(file).scale.categories == tuple(codes)


def test_uneven_codes_are_refused_with_what_lies_apart_and_what_to_do():
    [problem] = refusal(FAULTY / "codes-uneven.toml")
    assert "0 and 10 lie 10 apart, 10 and 100 90." in problem.fault
    assert "0 to 10" in problem.remedy
    assert "unscored" in problem.remedy


def test_all_problems_are_told_at_once_in_reading_order(tmp_path):
    text = MINIMAL.read_text("utf-8").replace("[1.5]", "[7]").replace('"Often"', '""')
    file = tmp_path / "several.toml"
    file.write_text(text.replace('version = "1.0.0"', 'version = "one"'), "utf-8")
    assert [problem.code for problem in refusal(file)] == ["version-malformed", "cuts-range", "text-empty"]


def test_a_folder_names_the_file_of_each_problem(tmp_path):
    main, shared = MINIMAL.read_text("utf-8").split("[texts.en]\n")
    (tmp_path / "instrument.toml").write_text(main.replace("[1.5]", "[7]"), "utf-8")
    (tmp_path / "en.toml").write_text(shared.replace("[texts.en.", "[").replace('"Often"', '""'), "utf-8")
    (tmp_path / "en.school.toml").write_bytes(b"name = 'Sch\xf8ol'\n")
    assert [problem.code for problem in refusal(tmp_path)] == ["encoding-wrong"]
    (tmp_path / "en.school.toml").write_text("name = 'School'\n", "utf-8")
    places = [problem.place.rpartition("/")[2] for problem in refusal(tmp_path)]
    assert places == ["en.toml:13", "instrument.toml:14"]


def test_a_file_of_a_folder_does_not_hold_what_its_name_says(tmp_path):
    (tmp_path / "instrument.toml").write_text("[texts.en]\ntitle = 'Twice'\n", "utf-8")
    (tmp_path / "en.toml").write_text("title = 'Once'\neditions = 5\n", "utf-8")
    (tmp_path / "en.school.toml").write_text("name = 'School'\n", "utf-8")
    problems = refusal(tmp_path)
    assert {problem.code for problem in problems} == {"texts-misplaced"}
    assert [problem.place.rpartition("/")[2] for problem in problems] == ["en.toml:2", "instrument.toml:1"]


def attempt(path):
    """Load what may be anything; every problem of a refusal says what and what to do."""
    try:
        library.load(path)
    except Refused as refused:
        problems = refused.problems
        return bool(problems) and all(each.code and each.fault and each.remedy for each in problems)
    return True


FUZZ = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXT = MINIMAL.read_text("utf-8")


@FUZZ
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_refusal(tmp_path, content):
    file = tmp_path / "fuzz.toml"
    file.write_bytes(content)
    assert attempt(file)


@FUZZ
@given(
    st.integers(0, len(TEXT)),
    st.integers(0, 40),
    st.text(alphabet=st.sampled_from("[]{}=\"'\\.#,\n\t _-aé\u200b0123456789e+:truefalsinf"), max_size=12),
)
def test_no_slip_of_the_pen_raises_anything_but_a_refusal(tmp_path, at, dropped, typed):
    file = tmp_path / "fuzz.toml"
    file.write_text(TEXT[:at] + typed + TEXT[at + dropped :], "utf-8")
    assert attempt(file)


KEYS = ["id", "items", "kind", "item", "by", "why", "en", "terms", "0"]
VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(10**6), 10**6),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["drags_on", "en", "{place.definite}", "1.0.0", "meetings", "corrected", "replaced"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "items", "kind", "item", "by", "why", "en", "terms", "0"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=6,
)


def dumped(value):
    """A value in TOML, tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {dumped(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(dumped, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text):
    plain = all(c.isprintable() and c not in '"\\' for c in text)
    escapes = "".join(f"\\U{ord(c):08X}" if not 0xD800 <= ord(c) < 0xE000 else "?" for c in text)
    return f'"{text if plain else escapes}"'


@FUZZ
@given(st.data())
def test_no_value_in_the_wrong_place_raises_anything_but_a_refusal(tmp_path, data):
    (tmp_path / "morning_meeting@1.0.0.toml").write_text(TEXT, "utf-8")
    tree = tomllib.loads(TEXT)
    if data.draw(st.booleans()):
        tree = {key: tree[key] for key in ("format", "name", "texts")}
        tree.update(version="1.1.0", based_on="1.0.0", keep=["drags_on"], changes=[{"kind": "reworded"}])
    for _ in range(data.draw(st.integers(1, 3))):
        table = tree
        while True:
            key = data.draw(st.sampled_from(sorted(table)))
            if not (isinstance(table[key], dict) and table[key] and data.draw(st.booleans())):
                break
            table = table[key]
        table[key] = data.draw(VALUES)
    file = tmp_path / "fuzz.toml"
    file.write_text("\n".join(f"{quoted(key)} = {dumped(value)}" for key, value in tree.items()), "utf-8")
    loader.read_definition(file)
    assert attempt(file)


PIECES = [
    "",
    "format = 1",
    "editions = 5",
    "[editions]",
    "terms = 'x'",
    "name = 'x'",
    "[[dimensions]]",
    "\x00",
]
PIECES += ["[terms.place]\ndefinite = 'x'", "based_on = '1.0.0'", "[items]\na = '{b.c}'"]
PIECES += [TEXT, TEXT.split("[texts.en]", maxsplit=1)[0]]


@FUZZ
@given(
    st.dictionaries(
        st.sampled_from(["instrument", "en", "en.school", "en.school.more", "", ".", "nb.x", "x@1.0.0"]),
        st.lists(st.sampled_from(PIECES), max_size=3).map("\n".join),
    )
)
def test_no_folder_raises_anything_but_a_refusal(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("definition")
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, "utf-8")
    assert attempt(folder)
