"""Collecting answers: access codes, admission, submission, the urn, and sealing."""
