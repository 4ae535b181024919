"""The page for whoever holds a key sheet; nobody signs in for it, since the sheet is what lets them act."""

from survey.web.key_holder.views import key_holder

__all__ = ["key_holder"]
