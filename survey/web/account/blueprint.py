"""The pages of everyone with an account as one blueprint; each module of views adds its own to it."""

from flask import Blueprint

account = Blueprint("account", __name__, url_prefix="/account")
