"""Measure: questionnaires as data, answers, scores and what the scores say."""
