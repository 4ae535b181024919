"""Write questionnaires in the formats of other programs, so that nobody is tied to this one."""
