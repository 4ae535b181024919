"""The door: what a web server imports."""

import survey

app = survey.create_app()
