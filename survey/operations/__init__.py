"""Running an installation: opening it, verifying it, logging what happens, backing it up."""
