"""Units and their leaders from a sheet: read, compared with what is stored, and stored in one act."""
