"""Pages for operators: accounts, roles and the state of the installation."""

from survey.web.operator import account_views, status_views
from survey.web.operator.blueprint import operator

__all__ = ["account_views", "operator", "status_views"]
