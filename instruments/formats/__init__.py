"""A questionnaire in the formats of other houses, so that nobody is locked in with us."""
