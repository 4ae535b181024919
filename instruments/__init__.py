"""The measuring device: questionnaires as data, answers, scores and what the scores say."""
