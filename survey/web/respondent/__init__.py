"""Pages for respondents: from a code or a link to the receipt."""

from survey.web.respondent import (
    account_view,
    answer_views,
    entry_views,
    kiosk_views,
    paper_views,
    readers_view,
    reading_views,
    rehearsal_views,
    results_views,
    shared_device_views,
)
from survey.web.respondent.blueprint import answering, respondent

__all__ = [
    "account_view",
    "answer_views",
    "answering",
    "entry_views",
    "kiosk_views",
    "paper_views",
    "readers_view",
    "reading_views",
    "rehearsal_views",
    "respondent",
    "results_views",
    "shared_device_views",
]
