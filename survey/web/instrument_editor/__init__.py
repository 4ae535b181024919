"""Pages for instrument editors: the questionnaires, their checks and their files."""
