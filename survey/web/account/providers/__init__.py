"""Pages of sign-in elsewhere: at a provider, and by which identities there an account is signed in to."""

from survey.web.account.providers import identity_views, views

__all__ = ["identity_views", "views"]
