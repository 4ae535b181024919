"""Where the tests find the repository and its example definitions, wherever a test file stands."""

from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
EXAMPLES = Path(__file__).parent / "instruments" / "examples"
MINIMAL = EXAMPLES / "minimal.toml"
FAULTY = Path(__file__).parent / "instruments" / "definition" / "faulty"
