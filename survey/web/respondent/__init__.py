"""Pages for respondents: from a code or a link to the receipt."""

from survey.web.respondent import answer_views, entry_views
from survey.web.respondent.blueprint import respondent

__all__ = ["answer_views", "entry_views", "respondent"]
