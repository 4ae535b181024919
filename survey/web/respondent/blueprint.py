"""The pages of people who answer as one blueprint; each module of views adds its own to it."""

from flask import Blueprint

respondent = Blueprint("respondent", __name__)
