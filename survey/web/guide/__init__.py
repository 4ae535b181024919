"""The leaders' guide: one source in each language, for the pages here and for the documentation site."""
