"""Add up a group's answers into sums that every statistic is computed from; no row of any person."""
