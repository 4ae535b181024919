"""What programs of researchers read: the released figures of a study, by token."""

from survey.web.api.views import api

__all__ = ["api"]
