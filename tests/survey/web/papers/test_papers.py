"""The papers of a municipality: what they say is the code's, and what the owner decides is left open."""

import ast
import dataclasses
import re
from functools import cache

import pytest
from jinja2 import Environment, meta

from reports.disclosure import Audience, Policy
from reports.disclosure.policy import CollectionRules, PoolRules, Retention, Thresholds
from survey.accounts import passwords
from survey.collection import key_shares
from survey.openid.provider import Provider, ProviderName, SignInMethods
from survey.store.repositories.units import Unit
from survey.store.tables import metadata
from survey.web.papers.facts import OF_STAFF, facts
from survey.web.papers.paper import LANGUAGES, PAPERS, paper
from survey.web.platform import sign_ins
from tests.paths import PACKAGES, REPOSITORY, kept_files
from tests.policies import POLICY, STRICT
from tests.reports.validating import faults

FOLDER = REPOSITORY / "survey" / "web" / "papers"
COPIES = REPOSITORY / "docs" / "papers"
# what templates are given beside the facts, and what they set themselves
GIVEN = {"language", "blank", "proposal", "lines"}
GAP = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
LAWS = re.compile(
    r"art\. \d+( nr\. \d+)?( bokstav [a-z])?( til \d+| og \d+)?|§ 9-2|kapittel 9|Del [123]|del 3"
    r"|Articles? \d+(\(\w+\))*( to \d+| and \d+)?|Section 9-2(\(3\))?|chapter 9|[Pp]art [123]"
    r"|WCAG 2\.1|W3C|S3"
)
NUMBER_WORDS = re.compile(
    r"\b(two|four|five|six|seven|eight|nine|ten|twelve|fourteen|fem|seks|sju|åtte|ti|tolv|fjorten)\b"
)


def sources(language):
    """Every template of a language, the parts too: name → text."""
    folder = FOLDER / language
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.md")}


@cache
def shipped(language):
    return {name: paper(name, language, facts(language, POLICY)) for name in PAPERS}


def written(language, policy=POLICY):
    if policy is POLICY:
        return shipped(language)
    return {name: paper(name, language, facts(language, policy)) for name in PAPERS}


def texts(language, policy=POLICY):
    return "\n".join(each.markdown() for each in written(language, policy).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copies_in_the_documents_are_what_the_program_writes(language):
    """`kjennetegn papers docs/papers --shipped --ending md --replace` writes them anew."""
    kept = {path.stem: path.read_text("utf-8") for path in (COPIES / language).glob("*.md")}
    assert kept == {name: each.markdown() for name, each in written(language).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_folders_hold_the_papers_and_their_parts_and_nothing_else(language):
    held = sources(language)
    assert {name.removesuffix(".md") for name in held if "/" not in name} == set(PAPERS)
    included = {each for text in held.values() for each in re.findall(r'include "(.+?)"', text)}
    assert included == {name for name in held if "/" in name}


def test_a_paper_is_made_alike_in_every_language():
    first, *others = (
        {
            name: (
                re.findall(r"(?m)^#+|^-|^\|", text),
                [re.split(r'["(]', gap)[0] for gap in GAP.findall(text)],
            )
            for name, text in sources(language).items()
        }
        for language in LANGUAGES
    )
    assert others == [first]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_is_named_by_a_paper_and_every_name_is_a_fact(language):
    parsed = (Environment().parse(text) for text in sources(language).values())  # noqa: S701 - only read
    named = {name for each in parsed for name in meta.find_undeclared_variables(each)}
    assert named - GIVEN == set(facts(language, POLICY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_template_holds_a_number_that_could_change(language):
    held = sources(language)
    assert len(held) > len(PAPERS)
    plain = {name: LAWS.sub("", GAP.sub("", text)) for name, text in held.items()}
    assert {name: re.findall(r".*\d.*", text) for name, text in plain.items() if re.search(r"\d", text)} == {}
    assert {
        name: NUMBER_WORDS.findall(text) for name, text in plain.items() if NUMBER_WORDS.search(text)
    } == {}


# of these kinds of rules the papers name no number: how sure a figure is, and what is rounded
UNNAMED = {
    "kept_from", "subgroups", "reopen_days", "reopenings", "lost_sheets_days", "kiosk_page_minutes",
    "answers", "largest_share", "step_answers", "between_units",
}  # fmt: skip


def changed(part, field):
    """The shipped policy with another value of one number, as (policy, value)."""
    rules = getattr(POLICY, part)
    value = getattr(rules, field) + 7
    return dataclasses.replace(POLICY, **{part: dataclasses.replace(rules, **{field: value})}), value


NUMBERS = [
    (part, each.name)
    for part, rules in (("collection", CollectionRules), ("pools", PoolRules), ("retention", Retention))
    for each in dataclasses.fields(rules)
]


@pytest.mark.parametrize(("part", "field"), NUMBERS)
def test_a_number_of_the_policy_is_told_as_it_is_and_no_other(part, field):
    policy, value = changed(part, field)
    for language in LANGUAGES:
        before, after = texts(language).splitlines(), texts(language, policy).splitlines()
        different = [line for line in after if line not in before]
        assert bool(different) == (field not in UNNAMED)
        assert all(re.search(rf"\b{value}\b", line) for line in different)


@pytest.mark.parametrize("audience", Audience)
def test_the_fewest_answers_are_those_the_gate_goes_by(audience):
    limits = {
        each: dataclasses.replace(POLICY.thresholds[each], mean=88) if each == audience else kept
        for each, kept in POLICY.thresholds.items()
    }
    policy = dataclasses.replace(POLICY, thresholds=limits)
    for language in LANGUAGES:
        assert "88" not in texts(language)
        assert "88" in written(language, policy)["impact-assessment"].text


def test_from_how_many_answers_on_the_leader_sees_what_is_the_gates():
    own = dataclasses.replace(POLICY.thresholds[Audience.LEADER], interval=77, item=88)
    policy = dataclasses.replace(POLICY, thresholds={**POLICY.thresholds, Audience.LEADER: own})
    told = written("en", policy)["employee-representatives"].text
    assert "**From 77 answers on:** also how uncertain" in told
    assert "**From 88 answers on:** also each statement" in told
    assert {each.name for each in dataclasses.fields(Thresholds)} >= {"interval", "item"}


def test_an_owner_who_is_shown_statements_is_said_to_see_them():
    own = dataclasses.replace(POLICY.thresholds[Audience.OWNER], unit_items=True)
    policy = dataclasses.replace(POLICY, thresholds={**POLICY.thresholds, Audience.OWNER: own})
    assert "Single statements of a unit" in written("en")["impact-assessment"].text
    assert "Single statements of a unit" not in written("en", policy)["impact-assessment"].text


@pytest.mark.parametrize(
    ("module", "name", "value", "told"),
    [
        (sign_ins, "IDLE_SECONDS", 66 * 60, "ends after 66 minutes without use"),
        (sign_ins, "LONGEST_SECONDS", 11 * 60 * 60, "after 11 hours at the latest"),
        (passwords, "SHORTEST", 99, "a password of at least 99 characters"),
        (key_shares, "HOLDERS", 6, "on 6 printed sheets, of which 2 are needed"),
        (key_shares, "NEEDED", 4, "on 3 printed sheets, of which 4 are needed"),
    ],
)
def test_a_number_of_the_code_is_told_as_it_is(monkeypatch, module, name, value, told):
    monkeypatch.setattr(module, name, value)
    assert told in paper("impact-assessment", "en", facts("en", POLICY)).text


def test_the_tables_of_staff_are_those_that_hold_an_account_or_an_address():
    address = {"email", "given_by", "ended_by", "done_by"}
    found = {
        table.name
        for table in metadata.sorted_tables
        if {column.name for column in table.columns} & address
        or any(key.column.table.name == "account" for key in table.foreign_keys)
    }
    assert found == OF_STAFF


NETWORK = {
    "socket", "ssl", "http.client", "urllib.request", "smtplib", "ftplib", "requests", "httpx", "urllib3",
    "aiohttp", "authlib", "psycopg", "redis", "s3fs", "fsspec", "boto3", "botocore",
}  # fmt: skip
# the database, the queue, the bucket, the own certificate, providers; and serve.py, to which others connect
CONNECTING = {
    "survey/background/wake_queue.py", "survey/cli/serve.py", "survey/operations/certificate.py",
    "survey/operations/queue_state.py", "survey/store/postgres.py",
    "survey/store/startup_refusals.py", "survey/openid/client.py", "survey/openid/provider_requests.py",
    "survey/openid/tokens.py", "survey/job_files/connection.py",
}  # fmt: skip


def imported(path):
    for node in ast.walk(ast.parse((REPOSITORY / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{each.name}" for each in node.names))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))


def test_nothing_else_connects_to_anything_than_what_the_papers_name():
    """Whoever adds a connection says so in parts/connections.md: it may make somebody a processor."""
    ours = [name for name in kept_files() if name.endswith(".py") and name.split("/")[0] in PACKAGES]
    assert len(ours) > 300
    ends = tuple(f"{each}." for each in NETWORK)
    found = {name for name in ours if any(f"{each}.".startswith(ends) for each in imported(name))}
    assert found == CONNECTING


def test_an_owner_is_named_and_nothing_is_read_into_the_name():
    name = "Å*s* <b>|</b> [kommune](x)"
    owner = Unit(1, "k", name, "municipality", None, None, organisation_number="974760673")
    for ending in ("text", "html"):
        made = paper("record-of-processing", "nb", facts("nb", POLICY, owner=owner))
        shown = made.text if ending == "text" else made.html()
        assert "974760673" in shown
        assert "<b>" not in shown
        assert ("Å*s* &lt;b&gt;|&lt;/b&gt; [kommune](x)" in shown) == (ending == "html")


def test_whose_accounts_need_a_second_factor_is_the_policys():
    rules = dataclasses.replace(POLICY.second_factors, operators=False, owners=False, leaders=True)
    for needed, told in (
        (POLICY.second_factors, "is needed by owners and operators; others may have one."),
        (rules, "is needed by leaders and deputies; others may have one."),
        (dataclasses.replace(rules, leaders=False), "Everybody may have a second factor"),
    ):
        policy = dataclasses.replace(POLICY, second_factors=needed)
        assert told in paper("impact-assessment", "en", facts("en", policy)).text


FEIDE = Provider("feide", ProviderName({"nb": "Feide"}), "https://auth.example.org/", "x", "x")


def test_a_bucket_of_files_is_named_and_who_runs_it_is_asked(settings):
    told = [
        paper("processing-agreement", "en", facts("en", POLICY, settings=each)).text
        for each in (settings, dataclasses.replace(settings, bucket="s3://skjema/filer"))
    ]
    assert ["s3://skjema/filer" in each for each in told] == [False, True]
    assert ["Who runs that store, and where: [Fill in: " in each for each in told] == [False, True]


@pytest.mark.parametrize("passwords", [True, False])
def test_where_people_sign_in_is_told(passwords):
    methods = SignInMethods({"feide": FEIDE}, passwords)
    told = paper("processing-agreement", "en", facts("en", POLICY, sign_in=methods)).text
    assert "at Feide (auth.example.org) by OpenID Connect. Those who run the sign-in there learn" in told
    assert "those at whom people sign in: Feide (auth.example.org); and its own address" in told
    assert "The role of those at whom people sign in: [Fill in: " in told
    assert ("a password of at least" in told) == passwords
    assert (
        "Feide" not in paper("processing-agreement", "en", facts("en", POLICY, sign_in=SignInMethods())).text
    )


def test_what_an_owner_decided_on_results_is_told():
    told = paper("employee-representatives", "en", facts("en", POLICY, kept_years=3)).text
    assert "**The results:** 3 years after the last day" in told


@pytest.mark.parametrize("name", ["accessibility-statement", "record-of-processing"])
def test_a_paper_is_a_file_for_those_who_listen_and_for_archives(name):
    assert faults(written("nb")[name].pdf()) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAPERS)
def test_a_page_marks_what_the_owner_writes_and_loads_nothing(name, language):
    html = written(language, STRICT)[name].html()
    assert html.count("<mark>") == len(re.findall(r"\[(Fyll ut|Fill in|Forslag|Proposal)[^:\]]*: ", html)) > 3
    assert "<li>\n<p>" not in html
    assert not re.search(r"(src|href)=", html)
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_brackets_stand_together_which_markdown_reads_as_a_link(language):
    assert not re.search(r"\]\s?[\[(]", texts(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_out_leaves_no_gap(language):
    assert re.findall(r".{20}\S  +\S|.{20} [.,;]", texts(language)) == []


def test_policies_are_told_apart():
    assert isinstance(STRICT, Policy)
    assert texts("nb") != texts("nb", STRICT)
