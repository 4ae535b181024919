"""Pages for owners: rounds of waves and their totals."""

from survey.web.owner import (
    board_views,
    history_views,
    overview_views,
    planning_views,
    retention_views,
    round_files,
    round_views,
)
from survey.web.owner.blueprint import owner

__all__ = [
    "board_views",
    "history_views",
    "overview_views",
    "owner",
    "planning_views",
    "retention_views",
    "round_files",
    "round_views",
]
