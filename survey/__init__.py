"""Asking: the application that collects answers anonymously and seals them."""

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Return the web application. Raises Refused or Damaged.

    Without settings it is for a web server of somebody's choice: they come from the environment, and why it
    cannot start, and what libraries report, go to the log of this process.
    """
    from survey.operations import log  # noqa: PLC0415 - the command line must not pay for Flask
    from survey.settings import Settings  # noqa: PLC0415 - likewise
    from survey.web.application import build  # noqa: PLC0415 - likewise

    if settings is not None:
        return build(settings)
    with log.refused_start():
        settings = Settings.from_environment(os.environ)
        application = build(settings)
    log.capture_libraries(lambda: settings.date_at(time.time()))
    return application
