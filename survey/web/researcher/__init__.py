"""Pages for researchers: the exports."""
