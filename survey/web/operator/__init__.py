"""Pages for operators: accounts, roles and the state of the installation."""

from survey.web.operator import (
    account_views,
    first_password_views,
    identity_views,
    import_views,
    last_day_views,
    metrics_view,
    new_unit_views,
    paper_views,
    status_views,
    study_views,
    unit_change_views,
    unit_views,
    way_in_views,
)
from survey.web.operator.blueprint import operator

__all__ = [
    "account_views",
    "first_password_views",
    "identity_views",
    "import_views",
    "last_day_views",
    "metrics_view",
    "new_unit_views",
    "operator",
    "paper_views",
    "status_views",
    "study_views",
    "unit_change_views",
    "unit_views",
    "way_in_views",
]
