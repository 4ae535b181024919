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
            lazy_gettext("Your browser sent something other than this page asks for. Go back and try again."),
        ),
        401: (
            lazy_gettext("There is no token that is good today"),
            lazy_gettext("Send the token of your study in the header Authorization, after the word Bearer."),
        ),
        403: (
            lazy_gettext("You do not have access to this page"),
            lazy_gettext("Sign in with another account, or ask the person who gave you access."),
        ),
        404: (
            lazy_gettext("There is no such page"),
            lazy_gettext("Check the address, or start again from the front page."),
        ),
        405: (
            lazy_gettext("That cannot be done here"),
            lazy_gettext(
                "This address does not accept what your browser tried to do. Start again from the front page."
            ),
        ),
        413: (
            lazy_gettext("That was too much at once"),
            lazy_gettext("What your browser sent is larger than any form here. Go back and try again."),
        ),
        421: (
            lazy_gettext("This is not our address"),
            lazy_gettext(
                "Use the address on your slip, on the poster or in the link you were given. If you run "
                "the service: this request did not come to the address in KJENNETEGN_PUBLIC_URL."
            ),
        ),
        429: (
            lazy_gettext("Too many attempts"),
            lazy_gettext("Wait fifteen minutes and try again."),
        ),
        500: (
            lazy_gettext("Something went wrong at our end"),
            lazy_gettext(
                "The fault is ours. Try again in a little while. Answers you have saved are still in "
                "your browser."
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
        "The fault is ours: what is needed to count the answers is missing or damaged at our "
        "end. You have done nothing wrong, and no answer has been taken from you now. Tell the "
        "person who invited you: they and those who run the service can see what is wrong. Keep "
        "your slip or the link."
    ),
)

_NO_ADDRESS = lazy_gettext("That is no e-mail address")
_NO_SIGN_IN = lazy_gettext("You are not signed in")
_NOT_SHOWN = lazy_gettext("You have not shown that it is you")
_NO_SIGN_IN_THERE = lazy_gettext("You cannot sign in there now")
_UNREADABLE = STATUSES[400][0]
_NO_SURVEY_HERE = lazy_gettext("No survey can be created here")
_IMPOSSIBLE_PLAN = lazy_gettext("The survey cannot be created like this")
_PAST = lazy_gettext("The survey has moved on")
_NO_SHEET = lazy_gettext("The file cannot be read as a list of units")
_NO_QUESTIONNAIRE = lazy_gettext("The file cannot be read as a questionnaire")
_NO_STUDY_MADE = lazy_gettext("The study cannot be made like this")
_ROW = lazy_gettext("A row of the sheet cannot be imported")
_OTHER_SURVEY = lazy_gettext("That form does not belong to this survey")

# code of a refusal → HTTP status and heading. Codes that only the command line, the settings or the checks of
# definitions raise are not here: they are in English, and on a page one of them is a fault of ours.
REFUSALS: Mapping[str, tuple[int, LazyString]] = MappingProxyType(
    {
        "address-confusable": (400, _NO_ADDRESS),
        "address-form": (400, _ROW),
        "cell-date": (400, _ROW),
        "cell-error": (400, _ROW),
        "cell-formula": (400, _ROW),
        "cell-merged": (400, _ROW),
        "edition-unlisted": (400, _ROW),
        "heading-repeated": (400, _NO_SHEET),
        "import-overtaken": (409, lazy_gettext("Something has changed meanwhile")),
        "invited-form": (400, _ROW),
        "kind-unknown": (400, _ROW),
        "language-none": (400, _ROW),
        "leader-of-none": (400, _ROW),
        "leader-repeated": (400, _ROW),
        "name-missing": (400, _ROW),
        "parent-cycle": (400, _ROW),
        "parent-missing": (400, _ROW),
        "parent-unclear": (400, _ROW),
        "parent-unknown": (400, _ROW),
        "role-own": (400, _ROW),
        "row-longer": (400, _ROW),
        "row-repeated": (400, _ROW),
        "questionnaire-empty": (400, _NO_QUESTIONNAIRE),
        "questionnaire-format": (400, _NO_QUESTIONNAIRE),
        "questionnaire-large": (400, _NO_QUESTIONNAIRE),
        "questionnaire-sheet": (400, _NO_QUESTIONNAIRE),
        "query-form": (400, _UNREADABLE),
        "query-unknown": (400, _UNREADABLE),
        "table-changed": (409, lazy_gettext("The table has changed")),
        "study-end": (400, _NO_STUDY_MADE),
        "study-name": (400, _NO_STUDY_MADE),
        "study-researcher": (409, lazy_gettext("That account cannot take part")),
        "study-unknown": (404, lazy_gettext("There is no such study")),
        "sheet-empty": (400, _NO_SHEET),
        "sheet-format": (400, _NO_SHEET),
        "sheet-gone": (410, lazy_gettext("The sheet is not kept any more")),
        "sheet-headings": (400, _NO_SHEET),
        "sheet-too-large": (400, _NO_SHEET),
        "sheet-too-long": (400, _NO_SHEET),
        "unit-fixed": (400, _ROW),
        "unit-missing": (400, _ROW),
        "unit-number-differs": (400, _ROW),
        "codes-many": (429, lazy_gettext("Too many codes")),
        "factor-last": (409, lazy_gettext("This is your only second factor")),
        "factor-none": (409, lazy_gettext("There is no second factor yet")),
        "lost-alone": (409, lazy_gettext("There is nobody to agree")),
        "lost-over": (409, lazy_gettext("There is nothing to agree to")),
        "lost-own": (403, lazy_gettext("Not for your own account")),
        "lost-two": (403, lazy_gettext("Somebody else has to agree")),
        "passkey-known": (409, lazy_gettext("There is this passkey already")),
        "passkeys-many": (409, lazy_gettext("There are as many passkeys as there may be")),
        "second-factor-missing": (403, lazy_gettext("First set up a second factor")),
        "way-in-needed": (403, lazy_gettext("A link is needed as well")),
        "way-in-over": (410, lazy_gettext("This link does not work any more")),
        "account-exists": (409, lazy_gettext("That address has an account")),
        "action-unknown": (404, lazy_gettext("There is no such action")),
        "actions-elsewhere": (409, lazy_gettext("Actions belong to a whole survey")),
        "actions-number": (
            409,
            lazy_gettext("%(number)s actions have been added already", number=MOST_ACTIONS),
        ),
        "address-malformed": (400, _NO_ADDRESS),
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
        "code-elsewhere": (400, lazy_gettext("That form belongs to another survey")),
        "code-unknown": (400, lazy_gettext("We do not recognise that code")),
        "code-used": (409, lazy_gettext("That code has been used")),
        "codes-guessed": (429, lazy_gettext("Wait a little before you try again")),
        "codes-number": (400, lazy_gettext("That is more slips than people")),
        "dates-order": (400, _IMPOSSIBLE_PLAN),
        "dates-far": (400, _IMPOSSIBLE_PLAN),
        "first-day-far": (400, _IMPOSSIBLE_PLAN),
        "first-day-past": (400, _IMPOSSIBLE_PLAN),
        "dimension-unknown": (400, lazy_gettext("There is no such dimension")),
        "draft-missing": (403, lazy_gettext("Start with your code")),
        "edition-none": (400, lazy_gettext("There is no such edition")),
        "edition-used": (409, lazy_gettext("The edition is in use")),
        "edition-missing": (400, lazy_gettext("The unit needs an edition")),
        "edition-unknown": (409, _NO_SURVEY_HERE),
        "family-key-length": (400, _UNREADABLE),
        "field-unknown": (400, _OTHER_SURVEY),
        "focus-number": (
            409,
            lazy_gettext("You would be working on more than %(number)s dimensions", number=FOCUS),
        ),
        "form-stale": (400, lazy_gettext("The page was open for too long")),
        "identity-last": (409, lazy_gettext("One way to sign in has to be left")),
        "identity-other": (403, _NO_SIGN_IN),
        "identity-outside": (403, _NO_SIGN_IN),
        "identity-taken": (409, lazy_gettext("That is linked to another account")),
        "identity-unknown": (403, lazy_gettext("You have no account here")),
        "identity-unverified": (403, _NO_SIGN_IN),
        "identity-weak": (403, _NO_SIGN_IN),
        "instrument-unknown": (404, lazy_gettext("There is no such questionnaire")),
        "invitation-over": (410, lazy_gettext("This link has been used or is too old")),
        "invited-fewer": (400, _IMPOSSIBLE_PLAN),
        "invited-none": (400, _IMPOSSIBLE_PLAN),
        "item-unknown": (400, _OTHER_SURVEY),
        "job-unknown": (404, lazy_gettext("There is no such job")),
        "kiosk-off": (403, lazy_gettext("The tablet is not set up for a survey")),
        "language-missing": (400, lazy_gettext("The questionnaire is not written in that language")),
        "language-unknown": (400, lazy_gettext("Reports are not written in that language")),
        "key-whole": (409, lazy_gettext("This survey has no key sheets")),
        "last-day-earlier": (400, lazy_gettext("A survey is never made shorter")),
        "last-day-past": (400, lazy_gettext("That day is over")),
        "letter-unprintable": (400, _IMPOSSIBLE_PLAN),
        "link-unknown": (404, lazy_gettext("We do not recognise that link")),
        "merger-editions": (409, lazy_gettext("The units answer different editions")),
        "merger-parts": (400, lazy_gettext("Two units or more are merged")),
        "nothing-released": (404, lazy_gettext("No figures are shown")),
        "organisation-number-check": (400, lazy_gettext("The organisation number is wrong")),
        "organisation-number-form": (400, lazy_gettext("The organisation number is wrong")),
        "operator-last": (409, lazy_gettext("An operator has to be left")),
        "pool-unreleased": (404, lazy_gettext("Nothing is released of this pool yet")),
        "pool-unknown": (404, lazy_gettext("There is no such pool")),
        "pools-apart": (400, lazy_gettext("These pools cannot be compared")),
        "pools-twice": (400, lazy_gettext("A pool is named twice")),
        "export-too-long": (400, lazy_gettext("No file of that format holds so many rows")),
        "pools-number": (400, lazy_gettext("No pool is chosen, or too many are")),
        "pools-versions": (400, lazy_gettext("These pools cannot be merged")),
        "period-form": (400, lazy_gettext("That is no half-year")),
        "period-order": (400, lazy_gettext("The last half-year is before the first")),
        "selection-unknown": (400, lazy_gettext("There is no such questionnaire or edition")),
        "paper-off": (403, lazy_gettext("This device is not set up for typing in")),
        "paper-stale": (400, lazy_gettext("That page is too old")),
        "password-length": (400, lazy_gettext("The password is too short or too long")),
        "passwords-off": (403, _NO_SIGN_IN),
        "provider-away": (503, _NO_SIGN_IN_THERE),
        "provider-refuses": (503, _NO_SIGN_IN_THERE),
        "provider-unusable": (503, _NO_SIGN_IN_THERE),
        "rehearsal-missing": (403, lazy_gettext("The rehearsal is not here any more")),
        "wave-drafted-already": (409, lazy_gettext("There is a draft already")),
        "invited-unknown": (409, lazy_gettext("Nobody has said how many are invited")),
        "round-begun": (409, lazy_gettext("The round has begun")),
        "round-slips-none": (409, lazy_gettext("No unit waits for slips")),
        "round-slips-overtaken": (409, lazy_gettext("Something changed meanwhile")),
        "round-over": (409, lazy_gettext("The round is over")),
        "round-empty": (400, lazy_gettext("No unit is chosen")),
        "round-unknown": (404, lazy_gettext("There is no such round")),
        "released-meanwhile": (409, lazy_gettext("Someone else released results at the same moment")),
        "deputies-number": (409, lazy_gettext("There is no room for another deputy")),
        "deputy-leads": (409, lazy_gettext("A leader needs no such role")),
        "results-tomorrow": (403, lazy_gettext("You will see results from tomorrow")),
        "role-day-far": (400, lazy_gettext("That day is too far off")),
        "role-day-past": (400, lazy_gettext("That day is over")),
        "roles-apart": (409, lazy_gettext("One account cannot have both roles")),
        "proof-late": (403, _NOT_SHOWN),
        "proof-other": (403, _NOT_SHOWN),
        "reopening-again": (409, _PAST),
        "reopening-over": (409, _PAST),
        "seal-enough": (409, lazy_gettext("There is a result")),
        "seal-too-few": (409, lazy_gettext("Too few have answered")),
        "session-ended": (403, lazy_gettext("You are signed out")),
        "sign-in-cancelled": (403, _NO_SIGN_IN),
        "sign-in-forged": (400, _NO_SIGN_IN),
        "sign-in-late": (400, _NO_SIGN_IN),
        "sign-in-stale": (400, _NO_SIGN_IN),
        "sheet-outdated": (403, lazy_gettext("The page was open for too long")),
        "sheets-awaited": (409, lazy_gettext("The survey is waiting for its key sheets")),
        "sheets-needed": (409, lazy_gettext("Two key sheets are needed")),
        "sheets-unprinted": (409, lazy_gettext("The key sheets are not printed yet")),
        "sheets-unproven": (400, lazy_gettext("Those are not the marks of the three sheets")),
        "sheets-wrong": (400, lazy_gettext("The key sheets do not fit")),
        "title-length": (400, _IMPOSSIBLE_PLAN),
        "unit-known": (409, lazy_gettext("Another unit has that number")),
        "unit-name-length": (400, lazy_gettext("The unit needs a name")),
        "unit-name-taken": (409, lazy_gettext("Another unit has that name")),
        "unit-closed": (409, lazy_gettext("The unit is closed")),
        "unit-cycle": (409, lazy_gettext("A unit cannot lie in itself")),
        "unit-holds-units": (409, lazy_gettext("Other units lie in this one")),
        "unit-merged": (409, lazy_gettext("The unit was merged into another")),
        "unit-recent": (409, lazy_gettext("The last survey is too recent")),
        "unit-surveys": (409, lazy_gettext("A survey is under way there")),
        "years-number": (400, lazy_gettext("Results are not kept for so long")),
        "unit-unknown": (404, lazy_gettext("There is no such unit")),
        "unit-unmeasured": (409, _NO_SURVEY_HERE),
        "wave-abandoned": (410, lazy_gettext("The survey is over")),
        "wave-begun": (409, _PAST),
        "wave-by-link": (409, lazy_gettext("The survey has an open link")),
        "wave-changed": (409, _PAST),
        "wave-closed": (410, lazy_gettext("The survey is closed")),
        "wave-full": (409, lazy_gettext("All the places have been used")),
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
