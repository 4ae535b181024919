"""Say in the reader's language what of a file of another program was not kept: `REASONS` of the formats."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

from instruments.formats.foreign.losses import Loss

# code → the sentence of instruments.formats.foreign.losses, to be translated
SENTENCES: Mapping[str, LazyString] = MappingProxyType(
    {
        "answer-words": lazy_gettext("The words of its answers are in the program and not in the file."),
        "cell-date": lazy_gettext("The cell holds a date or a time."),
        "cell-error": lazy_gettext("The cell holds the error %(value)s."),
        "cell-formula": lazy_gettext("The cell holds a formula, which is not computed here."),
        "cell-merged": lazy_gettext(
            "The cells %(cells)s are merged, so that it is not clear which rows the value is for."
        ),
        "choices-missing": lazy_gettext(
            "Its list of answers (%(list)s) has fewer than two scored answers in the file."
        ),
        "choices-numbered": lazy_gettext(
            "The answers of %(list)s have no evenly spaced numbers: they are counted in their order, from 1."
        ),
        "choices-turned": lazy_gettext(
            "The answers of %(list)s begin with the highest: here they are shown from the lowest."
        ),
        "choices-unscored": lazy_gettext("“%(label)s” is taken as an answer that is no point of the scale."),
        "circumstances": lazy_gettext(
            "What is recorded beside the answers (%(kind)s) is never recorded here."
        ),
        "column": lazy_gettext("What stands in %(column)s has no place here."),
        "condition": lazy_gettext("It is asked only under a condition; here everybody is asked everything."),
        "heading-outer": lazy_gettext(
            "The heading “%(text)s” stands over several groups; only those have headings here."
        ),
        "language-unknown": lazy_gettext(
            "The language “%(language)s” is not known by a tag such as nb; it is not read."
        ),
        "macros": lazy_gettext("The workbook holds macros, which were not read."),
        "note": lazy_gettext("The text “%(text)s” between the questions has no place here."),
        "other-answer": lazy_gettext("An answer in own words is not offered here."),
        "other-scale": lazy_gettext(
            "It is answered on another scale than most (%(list)s); a questionnaire here has one scale."
        ),
        "question-kind": lazy_gettext("A question of the kind %(kind)s has no single answer on a scale."),
        "renamed": lazy_gettext("It is called %(name)s here."),
        "repeated": lazy_gettext("It is asked several times (%(kind)s), which is not done here."),
        "required": lazy_gettext("An answer is demanded; here every statement can be skipped."),
        "reverse-unknown": lazy_gettext(
            "The file does not tell on which statements agreeing counts against the dimension: "
            "write reverse = true on those."
        ),
        "sheet": lazy_gettext("The sheet %(sheet)s was not read."),
        "stem": lazy_gettext(
            "The text above the statements, “%(text)s”, is not the one above most: write it into them."
        ),
        "table": lazy_gettext("What stands in the table %(table)s has no place here."),
        "text-content": lazy_gettext("The text holds %(what)s, which cannot be kept."),
        "ungrouped": lazy_gettext(
            "It stands in no group: all such statements are a dimension of their own here."
        ),
    }
)
# what is filled in, where it is words of ours and not of the file
WORDS: Mapping[str, LazyString] = MappingProxyType(
    {
        "a film": lazy_gettext("a film"),
        "a link": lazy_gettext("a link"),
        "a reference to another answer": lazy_gettext("a reference to another answer"),
        "a script": lazy_gettext("a script"),
        "a sound": lazy_gettext("a sound"),
        "an image": lazy_gettext("an image"),
        "another page": lazy_gettext("another page"),
        "array of increase, same, decrease": lazy_gettext("array of increase, same, decrease"),
        "array of numbers": lazy_gettext("array of numbers"),
        "array of texts": lazy_gettext("array of texts"),
        "array of two scales": lazy_gettext("array of two scales"),
        "array of yes, no, uncertain": lazy_gettext("array of yes, no, uncertain"),
        "date": lazy_gettext("date"),
        "equation": lazy_gettext("equation"),
        "file": lazy_gettext("file"),
        "gender": lazy_gettext("gender"),
        "language": lazy_gettext("language"),
        "long text": lazy_gettext("long text"),
        "number": lazy_gettext("number"),
        "ranking": lazy_gettext("ranking"),
        "several answers": lazy_gettext("several answers"),
        "several answers with comments": lazy_gettext("several answers with comments"),
        "several numbers": lazy_gettext("several numbers"),
        "several short texts": lazy_gettext("several short texts"),
        "short text": lazy_gettext("short text"),
        "text display": lazy_gettext("text display"),
        "very long text": lazy_gettext("very long text"),
        "yes or no": lazy_gettext("yes or no"),
    }
)


def said(loss: Loss) -> str:
    """Return why something was not kept."""
    shown = {name: str(WORDS.get(value, value)) for name, value in loss.values.items()}
    return str(SENTENCES[loss.code]) % shown
