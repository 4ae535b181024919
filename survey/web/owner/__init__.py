"""Pages for owners: rounds of waves and their totals."""

from survey.web.owner import overview_views, round_views
from survey.web.owner.blueprint import owner

__all__ = ["overview_views", "owner", "round_views"]
