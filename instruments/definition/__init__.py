"""Questionnaire definitions: reading TOML files, checking them, and building versions from them."""
