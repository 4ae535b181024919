"""Pages for owners: rounds of waves and their totals."""

from survey.web.owner import (
    history_views,
    overview_views,
    paper_views,
    retention_views,
    round_files,
    round_views,
)
from survey.web.owner.blueprint import owner
from survey.web.owner.planning import adding_views, board_views, planning_views, round_slip_views

__all__ = [
    "adding_views",
    "board_views",
    "history_views",
    "overview_views",
    "owner",
    "paper_views",
    "planning_views",
    "retention_views",
    "round_files",
    "round_slip_views",
    "round_views",
]
