"""Pages for everyone with an account: sign-in here and elsewhere, and passwords."""

from survey.web.account import identity_views, provider_views, views
from survey.web.account.blueprint import account

__all__ = ["account", "identity_views", "provider_views", "views"]
