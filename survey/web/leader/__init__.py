"""Pages for leaders: waves, slips, profiles and agreed actions."""

from survey.web.leader import (
    access_view,
    action_views,
    amendment_views,
    deputy_views,
    desk_view,
    download_views,
    draft_views,
    ending_views,
    expectation_views,
    key_sheet_views,
    look_back_views,
    paper_views,
    profile_views,
    showing_views,
    wave_views,
)
from survey.web.leader.blueprint import leader
from survey.web.leader.preparation import announcement_views, turnout_views
from survey.web.leader.slips import slip_file_page, slip_order_page

__all__ = [
    "access_view",
    "action_views",
    "amendment_views",
    "announcement_views",
    "deputy_views",
    "desk_view",
    "download_views",
    "draft_views",
    "ending_views",
    "expectation_views",
    "key_sheet_views",
    "leader",
    "look_back_views",
    "paper_views",
    "profile_views",
    "showing_views",
    "slip_file_page",
    "slip_order_page",
    "turnout_views",
    "wave_views",
]
