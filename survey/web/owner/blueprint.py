"""The owners' pages as one blueprint; each module of views adds its own to it."""

from flask import Blueprint

owner = Blueprint("owner", __name__, url_prefix="/owner")
