"""Running an installation: opening it, checking its health, backing it up."""
