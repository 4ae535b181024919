"""Pages for instrument editors: the questionnaires, their checks and their files."""

from survey.web.instrument_editor import draft_views, foreign_views, views
from survey.web.instrument_editor.blueprint import instrument_editor

__all__ = ["draft_views", "foreign_views", "instrument_editor", "views"]
