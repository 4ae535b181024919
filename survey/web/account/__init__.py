"""Pages for everyone with an account: sign-in and passwords."""

from survey.web.account import views
from survey.web.account.blueprint import account

__all__ = ["account", "views"]
