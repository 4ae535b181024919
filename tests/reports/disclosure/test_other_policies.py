"""Whatever policy is permitted: the gate goes by its numbers, and rounds to its steps."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.disclosure import Audience, Released, ReleasedMean, ReleasedShares, Suppressed, release
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from tests.policies import POLICY, STRICT
from tests.reports.waves import FOUR, believable, sealed_from

SHIPPED = DEFAULT_POLICY.read_text("utf-8")
FINE, COARSE = (0.0005, 0.00125, 0.0025, 0.00625, 0.0125), (0.025, 0.0125, 0.0625, 0.05)


def multiple(value, step):
    return abs(value / step - round(value / step)) < 1e-6


@settings(max_examples=60)
@given(
    fine=st.sampled_from(FINE), coarse=st.sampled_from(COARSE), n=st.integers(5, 60), seed=st.integers(0, 9)
)
def test_means_are_multiples_of_the_steps_of_the_policy(tmp_path_factory, fine, coarse, n, seed):
    assume(multiple(coarse, fine))
    text = SHIPPED.replace("fine_step = 0.0025", f"fine_step = {fine}")
    file = tmp_path_factory.mktemp("policy") / "policy.toml"
    file.write_text(text.replace("coarse_step = 0.025", f"coarse_step = {coarse}"), "utf-8")
    policy = read_policy(file)
    released = release(sealed_from(FOUR, believable(FOUR, n, seed)), Audience.LEADER, policy)
    means = [each.mean for each in released.dimensions.values() if isinstance(each.mean, ReleasedMean)]
    assume(means)
    share = fine if n >= policy.rounding.fine_from else coarse
    for mean in means:
        # the next that people can read, and no finer
        assert share * 4 - 1e-9 <= mean.step <= share * 4 * 2.5
        assert multiple(mean.value, mean.step)
        assert float(f"{mean.value:.{mean.decimals}f}") == mean.value


@pytest.mark.parametrize("policy", [POLICY, STRICT])
@pytest.mark.parametrize("audience", list(Audience))
def test_nothing_is_released_below_the_minimum_and_something_from_it_on(policy, audience):
    minimum = policy.minimum(audience)
    below = release(sealed_from(FOUR, believable(FOUR, minimum - 1)), audience, policy)
    at = release(sealed_from(FOUR, believable(FOUR, minimum)), audience, policy)
    assert isinstance(below, Suppressed)
    assert isinstance(at, Released)


@pytest.mark.parametrize("policy", [POLICY, STRICT])
def test_intervals_and_shares_go_by_the_policy(policy):
    few = policy.rounding.fine_from - 1
    released = release(sealed_from(FOUR, believable(FOUR, few)), Audience.LEADER, policy)
    shown = [each for each in released.dimensions.values() if isinstance(each.shares, ReleasedShares)]
    assert shown
    assert {each.shares.step for each in shown} == {policy.rounding.coarse_share}
    assert {each.interval.confidence for each in shown} == {policy.confidence}
