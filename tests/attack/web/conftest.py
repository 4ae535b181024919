"""Attacks on the pages: the application and the browser of the tests of the pages."""

from tests.survey.web.conftest import app, browser, clock, home, public_url

__all__ = ["app", "browser", "clock", "home", "public_url"]
