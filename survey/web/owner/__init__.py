"""Pages for owners: rounds of waves and their totals."""
