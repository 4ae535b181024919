"""Asking: the application that collects answers anonymously and seals them."""
