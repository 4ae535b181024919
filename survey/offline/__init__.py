"""Answers that people hold themselves, scored from a CSV file without a database."""
