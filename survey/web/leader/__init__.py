"""Pages for leaders: waves, slips, profiles and agreed actions."""

from survey.web.leader import (
    access_view,
    action_views,
    key_sheet_views,
    profile_views,
    slip_order_page,
    wave_views,
)
from survey.web.leader.blueprint import leader

__all__ = [
    "access_view",
    "action_views",
    "key_sheet_views",
    "leader",
    "profile_views",
    "slip_order_page",
    "wave_views",
]
