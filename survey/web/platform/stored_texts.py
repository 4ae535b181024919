"""What the database holds and for how long, line by line: the privacy page and the papers say the same."""

from dataclasses import dataclass

from reports.disclosure import Audience, Policy
from survey.web.platform.words import PageWords


@dataclass(frozen=True, slots=True)
class StoredLine:
    """One line of what the database holds: what it is, how long it is kept, and the tables it is in."""

    what: str
    how_long: str
    tables: frozenset[str]


def stored(policy: Policy, words: PageWords) -> list[StoredLine]:
    """Return a line for everything the database holds; every table is in one of them."""
    return [
        *_of_staff(policy, words),
        *_of_sign_ins(policy, words),
        *_of_surveys(policy, words),
        *_of_results(policy, words),
        *_of_the_installation(policy, words),
    ]


def _stored(what: str, how_long: str, *tables: str) -> StoredLine:
    return StoredLine(what, how_long, frozenset(tables))


def _of_staff(policy: Policy, words: PageWords) -> list[StoredLine]:
    """Return the lines about units and those who sign in."""
    gettext, ngettext, retention = words.gettext, words.ngettext, policy.retention
    return [
        _stored(
            gettext("The name and kind of each workplace, and what it belongs to"),
            gettext("Until those who run the service remove it"),
            "unit",
        ),
        _stored(
            gettext(
                "Of everyone who signs in: e-mail address, a fingerprint of the password, language, and "
                "when a link for a new password was made or they first signed in from elsewhere"
            ),
            ngettext(
                "Until those who run the service remove the account, or %(num)s day after its last role "
                "ended",
                "Until those who run the service remove the account, or %(num)s days after its last role "
                "ended",
                retention.accounts_without_role_days,
            ),
            "account",
        ),
        _stored(
            gettext(
                "Where somebody signs in elsewhere: at which provider, a fingerprint of what they are called "
                "there, and since when"
            ),
            gettext(
                "Until it is removed, by them or those who run the service, and no longer than the account"
            ),
            "account_identity",
        ),
        _stored(
            gettext(
                "Who could see results of a workplace: e-mail address, role, from when to when, and who "
                "gave it; and, by day, what those who lead it, own it or run the service have done to it"
            ),
            ngettext(
                "%(num)s year after it ended", "%(num)s years after it ended", retention.access_history_years
            ),
            *("membership", "unit_act", "act_chain"),
        ),
    ]


def _of_sign_ins(policy: Policy, words: PageWords) -> list[StoredLine]:
    """Return the lines about studies, about those who are signed in, and about how they sign in."""
    gettext, ngettext = words.gettext, words.ngettext
    return [
        _stored(
            gettext(
                "Of each study of researchers: its name and last day, who takes part, a fingerprint of the "
                "token of each, and how often it was used in the last day"
            ),
            gettext("Until its last day, or until those who run the service end it"),
            *("study", "study_member"),
        ),
        _stored(
            gettext(
                "Of those who are signed in: when they signed in and were last active, and counts of failed "
                "sign-ins"
            ),
            ngettext("About %(num)s hour", "About %(num)s hours", policy.retention.sign_ins_hours),
            *("sign_in", "attempt"),
        ),
        _stored(
            gettext(
                "Of those who have a second factor: of each passkey its name, by what it is checked, and on "
                "which days it was added and last used; the key of an app that shows codes, encrypted; "
                "fingerprints of recovery codes"
            ),
            gettext("Until they remove it, or as long as the account"),
            *("code_app", "passkey", "recovery_code"),
        ),
        _stored(
            gettext(
                "If somebody has lost theirs: who asked for a new one, when and why, who agreed to it, and a "
                "fingerprint of the link for it"
            ),
            ngettext(
                "Until a new one is set up and they were told; %(num)s day where nobody agreed",
                "Until a new one is set up and they were told; %(num)s days where nobody agreed",
                policy.second_factors.lost_days,
            ),
            "lost_factor",
        ),
    ]


def _of_surveys(policy: Policy, words: PageWords) -> list[StoredLine]:
    """Return the lines about surveys and the answers to them."""
    gettext, ngettext = words.gettext, words.ngettext
    otherwise = _as_the_results(policy, words)
    return [
        _stored(
            gettext(
                "Of each survey: title, questionnaire, any question about you, language, dates, how often "
                "it was opened again, the number of people invited, whether they come in by slips or a "
                "link, fingerprints of its links and its keys, where the key lies, and whether leaders "
                "answer too"
            ),
            gettext("Until a leader removes it, which can be done before it is opened; otherwise:")
            + f" {otherwise}",
            *("wave", "sealed_in", "wave_link", "planned_round"),
        ),
        _stored(
            gettext("Fingerprints of the printed codes"),
            gettext("Until a leader ends or removes it; otherwise:") + f" {otherwise}",
            "access_code",
        ),
        _stored(
            gettext("The answers, encrypted, without order, each with its encrypted mark"),
            gettext("Until they have been counted, or the survey is given up"),
            "urn",
        ),
        _stored(
            gettext(
                "If the key to the answers is on printed sheets: the first of the two that are given to "
                "seal the survey, encrypted"
            ),
            ngettext(
                "Until the second is given, at most %(num)s minute",
                "Until the second is given, at most %(num)s minutes",
                policy.retention.held_key_share_minutes,
            ),
            "held_key_share",
        ),
    ]


def _of_results(policy: Policy, words: PageWords) -> list[StoredLine]:
    """Return the lines about what is kept of a survey once it was counted."""
    gettext = words.gettext
    as_the_results = _as_the_results(policy, words)
    return [
        _stored(
            gettext(
                "The figures of the group: of each statement and dimension sums and counts, from %(many)s "
                "answers on also how many gave each answer and how the answers to different statements go "
                "together; what was decided about changes; and whether nothing more may be shown outside",
                many=policy.collection.cross_products_from,
            ),
            as_the_results,
            *("sealed_wave", "release_hold"),
        ),
        _stored(
            gettext(
                "If a question about you was asked: how many people, and the mean of their scores, in each "
                "group of %(fewest)s or more",
                fewest=policy.minimum(Audience.LEADER),
            ),
            as_the_results,
            "sealed_category",
        ),
        _stored(
            gettext(
                "What owners are shown of the workplace's figures, alone and in totals, as it was released; "
                "of a total until the results of the first workplace in it end"
            ),
            as_the_results,
            "released_figures",
        ),
        _of_pools(policy, words),
        _stored(
            gettext(
                "What a leader expected of a survey, and what was agreed after it, in the leader's words: "
                "dimension, goal, action, role, sign and date, and what became of it"
            ),
            gettext("Until a leader ends or removes it; otherwise:") + f" {as_the_results}",
            *("agreed_action", "expectation", "look_back"),
        ),
    ]


def _of_pools(policy: Policy, words: PageWords) -> StoredLine:
    gettext, ngettext = words.gettext, words.ngettext
    retention, pools = policy.retention, policy.pools
    return _stored(
        gettext(
            "How answers to two statements go together, and how many gave each answer, added up over at "
            "least %(units)s workplaces and %(people)s people. Until so many can be added up, what your "
            "workplace brings is kept encrypted; what has been added cannot be taken out again",
            units=pools.units,
            people=pools.people,
        ),
        ngettext(
            "Added up: at most %(num)s year after the last day of the survey;",
            "Added up: at most %(num)s years after the last day of the survey;",
            retention.results_years,
        )
        + " "
        + ngettext(
            "not added up: at most %(num)s day after the half-year of the survey",
            "not added up: at most %(num)s days after the half-year of the survey",
            pools.waiting_days,
        ),
        *("pool", "pool_contribution"),
    )


def _of_the_installation(policy: Policy, words: PageWords) -> list[StoredLine]:
    """Return the lines about what is kept for good, and about jobs."""
    gettext, ngettext = words.gettext, words.ngettext
    return [
        _stored(
            gettext(
                "Which figures were shown outside, on which day and by which rules: everyone who may answer "
                "can read it, and the figures of a small group cannot be worked out from others"
            ),
            gettext("Permanently"),
            *("ledger", "ledger_group", "ledger_cell", "unit_release", "data_export", "round_release"),
        ),
        _stored(
            gettext("Fingerprints by which this installation knows its own keys and settings again"),
            gettext("Permanently"),
            "installation_value",
        ),
        _stored(
            gettext(
                "Reports, slips, files for researchers and releases that are being made: for which "
                "workplace, survey or study, the e-mail address of whoever asked for them, and how far they "
                "have come"
            ),
            ngettext("%(num)s day", "%(num)s days", policy.retention.report_files_days),
            *("job", "job_task"),
        ),
    ]


def _as_the_results(policy: Policy, words: PageWords) -> str:
    return words.ngettext(
        "%(num)s year after the last day of the survey, or earlier if the owner decided so before it opened",
        "%(num)s years after the last day of the survey, or earlier if the owner decided so before it opened",
        policy.retention.results_years,
    )
