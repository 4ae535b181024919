"""Many files as one ZIP, each with a page that says what is in it."""
