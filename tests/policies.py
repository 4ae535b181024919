"""Release policies for tests: the shipped one, and one that is stricter in every number."""

from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy

POLICY = read_policy(DEFAULT_POLICY)
