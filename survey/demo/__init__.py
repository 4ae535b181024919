"""A demonstration installation: units, sealed waves with simulated answers and an open wave."""
