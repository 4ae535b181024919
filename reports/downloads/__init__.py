"""What else is made of a report's released figures: the figures themselves, pictures and slides."""
