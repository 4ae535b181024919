"""Pages for researchers: the exports, and the studies they take part in."""

from survey.web.researcher import study_views, views
from survey.web.researcher.views import researcher

__all__ = ["researcher", "study_views", "views"]
