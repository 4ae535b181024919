"""Disclosure control of sealed statistics, and how what is released is presented."""
