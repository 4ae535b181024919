"""The lines of the log that a test has caused, as it reads them on standard error."""

import json


def log_lines(captured):
    """Every JSON line of a text, parsed, in order."""
    return [json.loads(line) for line in captured.splitlines() if line.startswith("{")]


def without_time(lines):
    """The lines without the time that each must have."""
    assert all(line["time"] for line in lines)
    return [{name: value for name, value in line.items() if name != "time"} for line in lines]
