"""The pages of people who answer as two blueprints; each module of views adds its own to them.

Those from the first page of the questionnaire to the receipt are registered twice: where answers count, and
as a rehearsal.
"""

from flask import Blueprint

respondent = Blueprint("respondent", __name__)
answering = Blueprint("answering", __name__)
