"""Pages for operators: accounts, roles and the state of the installation."""

from survey.web.operator import views
from survey.web.operator.blueprint import operator

__all__ = ["operator", "views"]
