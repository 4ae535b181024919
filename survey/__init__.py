"""Asking: the application that collects answers anonymously and seals them."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The web application; its settings come from the environment if none are given. Raises Refused."""
    from survey.settings import Settings  # noqa: PLC0415 - the command line must not pay for Flask
    from survey.web.application import build  # noqa: PLC0415 - likewise

    return build(settings if settings is not None else Settings.from_environment(os.environ))
