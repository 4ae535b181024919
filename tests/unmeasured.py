"""Measures no coverage while libraries lay out, draw and write files.

What measures is asked at every line, also of code that is not measured: twice the time of a test that makes
a PDF file. What a library calls of ours meanwhile is measured as everywhere.
"""

import sys
from functools import wraps

import openpyxl
import weasyprint
from matplotlib.figure import Figure
from pptx.package import Package
from xlsxwriter import Workbook

_LIBRARIES = (
    (weasyprint.HTML, "render"),
    (weasyprint.CSS, "__init__"),
    (weasyprint.Document, "write_pdf"),
    (Figure, "savefig"),
    (Package, "open"),
    (Package, "save"),
    (Workbook, "close"),
    (openpyxl, "load_workbook"),
)


def leave_libraries_unmeasured(patched):
    """Let these functions run without being measured, as long as `patched` holds."""
    for owner, name in _LIBRARIES:
        patched.setattr(owner, name, _unmeasured(getattr(owner, name)))


def _unmeasured(function):
    @wraps(function)
    def called(*given, **named):
        measuring = sys.gettrace()
        if "finisher" in named:
            named["finisher"] = _measured(named["finisher"], measuring)
        sys.settrace(None)
        try:
            return function(*given, **named)
        finally:
            sys.settrace(measuring)

    return called


def _measured(function, measuring):
    def called(*given):
        sys.settrace(measuring)
        try:
            return function(*given)
        finally:
            sys.settrace(None)

    return called
