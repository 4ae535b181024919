"""Pages for researchers: the exports, and the studies they take part in."""

from survey.web.researcher import (
    export_views,
    pool_file_views,
    pool_views,
    study_views,
    validation_views,
    views,
)
from survey.web.researcher.views import researcher

__all__ = [
    "export_views",
    "pool_file_views",
    "pool_views",
    "researcher",
    "study_views",
    "validation_views",
    "views",
]
