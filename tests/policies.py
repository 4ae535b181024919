"""Release policies for tests: the shipped one, and one that is stricter in every number."""

from pathlib import Path

from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy

STRICT_POLICY = Path(__file__).parent / "strict_policy.toml"

POLICY = read_policy(DEFAULT_POLICY)
STRICT = read_policy(STRICT_POLICY)
