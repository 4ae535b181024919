"""Sums over a group's answers, from which every statistic is computed; no row of any person."""
