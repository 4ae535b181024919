"""Passwords of accounts, and the links by which they are chosen."""
