"""Sign-in by OpenID Connect: which providers there are, what is asked of them, and what is believed."""
