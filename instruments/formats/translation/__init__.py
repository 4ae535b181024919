"""Write all texts of a definition side by side for a translator, and read the changes back into its files."""
