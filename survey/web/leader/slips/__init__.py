"""Slips that a leader orders, and those that the owner of a round ordered for the unit."""
