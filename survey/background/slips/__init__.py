"""Slips that a worker prints: for one sign-in, or for all units of a round."""
