"""The instrument editors' pages as one blueprint; each module of views adds its own to it."""

from flask import Blueprint

instrument_editor = Blueprint("instrument_editor", __name__, url_prefix="/editor")
