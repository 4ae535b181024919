"""The operators' pages as one blueprint; each module of views adds its own to it."""

from flask import Blueprint

operator = Blueprint("operator", __name__, url_prefix="/operator")
