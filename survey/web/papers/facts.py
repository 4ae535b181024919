"""What the papers say of the program and of an installation: values read from the code that keeps to them."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.metadata import version
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import babel

from instruments.languages import LANGUAGES
from reports.disclosure import Audience, Policy
from survey.accounts import passwords
from survey.collection import key_shares
from survey.openid.provider import SignInMethods
from survey.settings import Settings
from survey.store.repositories.units import Unit
from survey.store.tables import ROLES
from survey.web.papers import criteria
from survey.web.platform import cookies, privacy_texts, sign_ins, stored_texts
from survey.web.platform.words import PageWords, words_in

# the tables that hold something of people who sign in; all others hold units, surveys and figures
OF_STAFF: Final = frozenset(
    {"account", "account_identity", "membership", "unit_act", "sign_in", "study_member"}
    | {"code_app", "passkey", "recovery_code", "lost_factor"}
)
# what the parts of a length of time are called, one of them and many
_UNITS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {
        "nb": {
            "years": ("år", "år"),
            "weeks": ("uke", "uker"),
            "days": ("dag", "dager"),
            "hours": ("time", "timer"),
            "minutes": ("minutt", "minutter"),
            "seconds": ("sekund", "sekunder"),
        },
        "en": {
            "years": ("year", "years"),
            "weeks": ("week", "weeks"),
            "days": ("day", "days"),
            "hours": ("hour", "hours"),
            "minutes": ("minute", "minutes"),
            "seconds": ("second", "seconds"),
        },
    }
)
_DAY, _HOUR, _MINUTE = 24 * 60 * 60, 60 * 60, 60
_SIGNS_OF_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+.!|~-])")

Facts = Mapping[str, object]
Count = Callable[[int, str], str]


def facts(
    language: str,
    policy: Policy,
    *,
    settings: Settings | None = None,
    sign_in: SignInMethods | None = None,
    owner: Unit | None = None,
    kept_years: int | None = None,
) -> Facts:
    """Return every value that a template may name, in the language of the paper.

    Without `settings` they are those of the program as it is shipped, and what an installation decides is
    None; so are the providers at which people sign in without `sign_in`, and the owner without `owner`.
    `kept_years` is how long that owner keeps results, where it is not as long as the policy allows.
    """
    words = words_in(language)

    def count(number: int, unit: str) -> str:
        one, many = _UNITS[language][unit]
        return f"{number} {one if number == 1 else many}"

    return {
        **_of_the_program(),
        "languages": _languages(language),
        **_of_the_policy(policy),
        **_lengths(policy, count, kept_years),
        **_told(policy, words),
        **_of_settings(settings),
        **_of_sign_in(sign_in, language),
        "owner": None if owner is None else escaped(owner.name),
        "owner_number": owner.organisation_number if owner else None,
        "cookies": [(each.name, each.kind, _length(each.lifetime, count)) for each in _cookies(policy)],
    }


def escaped(text: str) -> str:
    """Return a text that people wrote so that neither Markdown nor HTML reads anything into it."""
    return _SIGNS_OF_MARKDOWN.sub(r"\\\1", html.escape(text, quote=False))


def _languages(language: str) -> list[str]:
    """Return what the languages of the pages are called in a language; what CLDR lacks as it calls itself."""
    called = babel.Locale.parse(language).languages
    return [str(called.get(tag, each.full_name)) for tag, each in LANGUAGES.items()]


def _of_the_program() -> Facts:
    return {
        "version": version("kjennetegn"),
        "roles": ROLES,
        "password_shortest": passwords.SHORTEST,
        "password_method": passwords.method(),
        "sheets": key_shares.HOLDERS,
        "sheets_needed": key_shares.NEEDED,
        "criteria": criteria.CRITERIA,
        "methods": criteria.METHODS,
    }


def _of_the_policy(policy: Policy) -> Facts:
    leader, outside = policy.thresholds[Audience.LEADER], policy.thresholds[Audience.OUTSIDE]
    return {
        "second_factor_for": [role for role in ROLES if role in policy.second_factors.roles],
        "owner_sees_items": policy.thresholds[Audience.OWNER].unit_items,
        "fewest": leader.mean,
        "among": policy.minimum(Audience.LEADER_AMONG_RESPONDENTS),
        "fewest_outside": max(outside.mean, policy.minimum(Audience.OWNER)),
        "interval_from": leader.interval,
        "items_from": leader.item,
        "turnout_step": policy.collection.turnout_step,
        "counts_from": policy.collection.cross_products_from,
        "pool_units": policy.pools.units,
        "pool_people": policy.pools.people,
    }


def _lengths(policy: Policy, count: Count, kept_years: int | None) -> Facts:
    """Return every length of time, in words."""
    retention, collection = policy.retention, policy.collection
    return {
        "unsent_kept": count(retention.unsent_answers_hours, "hours"),
        "kiosk_idle": count(retention.kiosk_idle_seconds, "seconds"),
        "files_kept": count(retention.report_files_days, "days"),
        "slips_kept": count(retention.slip_files_minutes, "minutes"),
        "sign_ins_kept": count(retention.sign_ins_hours, "hours"),
        "links_good": count(retention.password_links_days, "days"),
        "history_kept": count(retention.access_history_years, "years"),
        "results_kept": count(kept_years or retention.results_years, "years"),
        "accounts_kept": count(retention.accounts_without_role_days, "days"),
        "pool_waits": count(policy.pools.waiting_days, "days"),
        "weeks_apart": count(collection.weeks_apart, "weeks"),
        "shown_to_staff": count(collection.show_staff_days, "days"),
        "sign_in_idle": count(sign_ins.IDLE_SECONDS // _MINUTE, "minutes"),
        "sign_in_longest": count(sign_ins.LONGEST_SECONDS // _HOUR, "hours"),
    }


def _told(policy: Policy, words: PageWords) -> Facts:
    """Return what the privacy page tells, in the same sentences."""
    lines = stored_texts.stored(policy, words)
    return {
        "stored": lines,
        "stored_of_staff": [each for each in lines if each.tables & OF_STAFF],
        "stored_of_surveys": [each for each in lines if not each.tables & OF_STAFF],
        "shown": privacy_texts.shown(policy, words),
        "limits": privacy_texts.limits(words),
    }


def _of_settings(settings: Settings | None) -> Facts:
    if settings is None:
        return dict.fromkeys(("address", "engine", "queue", "bucket", "metrics", "own_policy", "unencrypted"))
    return {
        "address": settings.public_url,
        "engine": "SQLite" if settings.database.startswith("sqlite") else "PostgreSQL",
        "queue": bool(settings.queue),
        "bucket": settings.bucket,
        "metrics": bool(settings.metrics_token),
        "own_policy": settings.policy is not None,
        "unencrypted": urlsplit(settings.public_url).scheme == "http",
    }


def _of_sign_in(methods: SignInMethods | None, language: str) -> Facts:
    """Return whether people sign in by passwords, and at which providers, with their hosts."""
    if methods is None:
        return {"passwords": True, "providers": None}
    found = [
        f"{escaped(each.name.in_language(language))} ({urlsplit(each.issuer).hostname})"
        for each in methods.providers.values()
    ]
    return {"passwords": methods.passwords, "providers": found}


def _cookies(policy: Policy) -> list[cookies.Cookie]:
    kept = policy.retention
    return cookies.every_cookie(unsent=kept.unsent_answers, device=kept.known_devices)


def _length(lifetime: timedelta, count: Count) -> str:
    seconds = int(lifetime.total_seconds())
    if seconds % _DAY == 0:
        return count(seconds // _DAY, "days")
    return count(seconds // _HOUR, "hours")
