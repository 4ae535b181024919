"""Pages for everyone with an account: sign-in here and elsewhere, passwords and second factors."""

from survey.web.account import entry_views, providers, views
from survey.web.account.blueprint import account
from survey.web.account.factors import factor_views, passkey_views, second_factor_views

__all__ = [
    "account",
    "entry_views",
    "factor_views",
    "passkey_views",
    "providers",
    "second_factor_views",
    "views",
]
