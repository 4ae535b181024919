"""Read questionnaires of other programs (XLSForm, LimeSurvey) into a definition to go on with."""
