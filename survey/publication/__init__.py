"""Releasing results to readers outside the unit, and the reports of an installation."""
