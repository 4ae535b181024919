"""Pages for everyone with an account: sign-in here and elsewhere, and passwords."""

from survey.web.account import entry_views, providers, views
from survey.web.account.blueprint import account

__all__ = ["account", "entry_views", "providers", "views"]
