"""Telling: what may be told of sealed statistics, and how it is shown."""
