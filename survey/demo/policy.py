"""The policy of demonstrations: the shipped one, by which nobody needs a second factor to look around."""

from pathlib import Path

import tomlkit

from reports.disclosure.policy_file import DEFAULT_POLICY

_TABLE = "second_factors"


def write_policy(folder: Path) -> Path:
    """Write it into a folder, and return its file."""
    content = tomlkit.parse(DEFAULT_POLICY.read_text("utf-8"))
    rules = content[_TABLE]
    for name, needed in rules.items():
        if isinstance(needed, bool):
            rules[name] = False
    file = folder / "policy.toml"
    file.write_text(tomlkit.dumps(content), "utf-8")
    return file
