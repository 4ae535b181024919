"""The WSGI entry point that a web server imports."""

import survey

app = survey.create_app()
