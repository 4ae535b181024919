"""What error pages say: a text for each status, and status and heading for each code of a refusal.

What was wrong and what to do stands where a refusal is raised, and is shown in the reader's language, the
same as on the command line; here is only what a page needs beside that (docs/decisions/0086 and 0092).
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

from reports.results.agreed_actions import FOCUS, MOST_ACTIONS

Explained = tuple[LazyString, LazyString]

# HTTP status → what happened, what to do
STATUSES: Mapping[int, Explained] = MappingProxyType(
    {
        400: (
            lazy_gettext("We could not read that"),
            lazy_gettext("What your browser sent is not what this page asks for. Go back and try again."),
        ),
        403: (
            lazy_gettext("This page is not for you"),
            lazy_gettext(
                "You do not have access to this page. Sign in with another account, or ask the "
                "person who gave you access."
            ),
        ),
        404: (
            lazy_gettext("There is no such page"),
            lazy_gettext("Check the address, or start again from the front page."),
        ),
        405: (
            lazy_gettext("That cannot be done here"),
            lazy_gettext(
                "This address does not accept what your browser tried. Start again from the front page."
            ),
        ),
        413: (
            lazy_gettext("That was too much at once"),
            lazy_gettext("What your browser sent is larger than any form here. Go back and try again."),
        ),
        421: (
            lazy_gettext("This is not our address"),
            lazy_gettext(
                "Use the address that stands on your slip, on the poster or in the link you were given. "
                "If you run the service: this request did not come to the address in "
                "KJENNETEGN_PUBLIC_URL."
            ),
        ),
        429: (
            lazy_gettext("Too many attempts"),
            lazy_gettext("Wait fifteen minutes and try again."),
        ),
        500: (
            lazy_gettext("Something went wrong with us"),
            lazy_gettext(
                "The fault is ours. Try again in a little while. Answers you have saved are kept on "
                "your device."
            ),
        ),
    }
)

# codes of damage that keep the answers to a wave from ever being counted, and what who meets one is told
UNCOUNTABLE = frozenset({"keys-missing", "keys-wrong", "urn-damaged"})
NO_ANSWERS_TAKEN: tuple[int, LazyString, LazyString] = (
    503,
    lazy_gettext("The survey cannot take answers now"),
    lazy_gettext(
        "The fault is ours: what is needed to count the answers is missing or damaged with us. Nothing you "
        "did is wrong, and no answer was taken from you now. Tell the person who invited you: they and those "
        "who run the service can see what is wrong. Keep your slip or the link."
    ),
)

_UNREADABLE = STATUSES[400][0]
_NO_SURVEY_HERE = lazy_gettext("No survey can be made here")
_IMPOSSIBLE_PLAN = lazy_gettext("The survey cannot be made like that")
_PAST = lazy_gettext("The survey is past that step")
_OTHER_SURVEY = lazy_gettext("That form does not belong to this survey")

# code of a refusal → HTTP status and heading. Codes that only the command line, the settings or the checks of
# definitions raise are not here: they are in English, and on a page one of them is a fault of ours.
REFUSALS: Mapping[str, tuple[int, LazyString]] = MappingProxyType(
    {
        "account-exists": (409, lazy_gettext("That address has an account")),
        "action-unknown": (404, lazy_gettext("There is no such action")),
        "actions-number": (
            409,
            lazy_gettext("%(number)s actions are written down already", number=MOST_ACTIONS),
        ),
        "answer-unknown": (400, _OTHER_SURVEY),
        "answers-version": (400, _OTHER_SURVEY),
        "background-category": (400, _OTHER_SURVEY),
        "background-language": (400, _IMPOSSIBLE_PLAN),
        "background-single-items": (
            400,
            lazy_gettext("That questionnaire has one statement for each dimension"),
        ),
        "background-too-few": (400, lazy_gettext("Too few are invited for a background question")),
        "background-unasked": (400, _OTHER_SURVEY),
        "background-unknown": (404, lazy_gettext("There is no such background question")),
        "code-unknown": (400, lazy_gettext("We do not know that code")),
        "code-used": (409, lazy_gettext("That code has been used")),
        "codes-guessed": (429, lazy_gettext("Somebody is trying codes that nobody was given")),
        "codes-number": (400, lazy_gettext("That is more slips than people")),
        "dates-order": (400, _IMPOSSIBLE_PLAN),
        "dimension-unknown": (400, lazy_gettext("There is no such dimension")),
        "draft-missing": (403, lazy_gettext("Start with your code")),
        "edition-missing": (400, lazy_gettext("The unit needs an edition")),
        "edition-unknown": (409, _NO_SURVEY_HERE),
        "family-key-length": (400, _UNREADABLE),
        "field-unknown": (400, _OTHER_SURVEY),
        "focus-number": (
            409,
            lazy_gettext("You would be working on more than %(number)s dimensions", number=FOCUS),
        ),
        "form-stale": (400, lazy_gettext("This page had become too old")),
        "instrument-unknown": (404, lazy_gettext("There is no such questionnaire")),
        "invitation-over": (410, lazy_gettext("This link is used or too old")),
        "invited-none": (400, _IMPOSSIBLE_PLAN),
        "item-unknown": (400, _OTHER_SURVEY),
        "job-unknown": (404, lazy_gettext("There is no such job")),
        "language-missing": (400, lazy_gettext("The questionnaire is not written in that language")),
        "language-unknown": (400, lazy_gettext("Reports are not written in that language")),
        "key-whole": (409, lazy_gettext("This survey has no key sheets")),
        "link-unknown": (404, lazy_gettext("We do not know that link")),
        "password-length": (400, lazy_gettext("The password is too short or too long")),
        "released-meanwhile": (409, lazy_gettext("Somebody else released at the same moment")),
        "results-tomorrow": (403, lazy_gettext("You see results from tomorrow")),
        "roles-apart": (409, lazy_gettext("One account cannot have both roles")),
        "session-ended": (403, lazy_gettext("You are signed out")),
        "sheet-outdated": (403, lazy_gettext("The page was open for too long")),
        "sheets-awaited": (409, lazy_gettext("The survey waits for its key sheets")),
        "sheets-needed": (409, lazy_gettext("Two key sheets are needed")),
        "sheets-unprinted": (409, lazy_gettext("The key sheets are not printed yet")),
        "sheets-unproven": (400, lazy_gettext("Those are not the marks of the three sheets")),
        "sheets-wrong": (400, lazy_gettext("The key sheets do not fit")),
        "unit-unknown": (404, lazy_gettext("There is no such unit")),
        "unit-unmeasured": (409, _NO_SURVEY_HERE),
        "wave-abandoned": (410, lazy_gettext("The survey is over")),
        "wave-by-link": (409, lazy_gettext("The survey has an open link")),
        "wave-closed": (410, lazy_gettext("The survey is closed")),
        "wave-full": (409, lazy_gettext("The survey has all the answers it expects")),
        "wave-late": (409, _PAST),
        "wave-not-open": (409, lazy_gettext("The survey is not open yet")),
        "wave-not-sealed": (409, lazy_gettext("There is nothing to see yet")),
        "wave-over": (409, _PAST),
        "wave-readable": (409, _PAST),
        "wave-sealed": (410, lazy_gettext("The survey is over")),
        "wave-state": (409, _PAST),
        "wave-unknown": (404, lazy_gettext("There is no such survey")),
        "waves-close": (409, lazy_gettext("Two surveys would be too close to each other")),
        "waves-together": (409, lazy_gettext("Another survey is open")),
    }
)
