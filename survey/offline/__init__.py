"""Score answers from a CSV file, without a database, for people who hold their own data."""
