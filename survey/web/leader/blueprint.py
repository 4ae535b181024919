"""The leaders' pages as one blueprint; each module of views adds its own to it."""

from flask import Blueprint

leader = Blueprint("leader", __name__, url_prefix="/leader")
