"""Tagged PDF files: the report, slips and posters, and the questionnaire on paper."""
