import copy
import dataclasses
import pickle

import pytest

from reports.disclosure import SUPPRESSED, Coding, ReleasedInterval, ReleasedMean, Suppressed, Unsealed
from reports.disclosure.seal import SEAL, Seal


def test_a_released_value_cannot_be_built_outside_the_gate():
    with pytest.raises(TypeError, match="seal"):
        ReleasedMean(3.4, 1, 0.1, Coding.EXACT)
    with pytest.raises(Unsealed):
        ReleasedInterval(3.1, 3.9, 0.4, 0.95, 1, Seal())
    with pytest.raises(Unsealed):
        Suppressed(Seal())


def test_a_released_value_cannot_be_replaced_with_another_number():
    told = ReleasedMean(3.4, 1, 0.1, Coding.EXACT, SEAL)
    with pytest.raises((ValueError, TypeError), match="seal"):
        dataclasses.replace(told, value=4.9)
    with pytest.raises(dataclasses.FrozenInstanceError):
        told.value = 4.9


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_released_value_is_never_pickled(protocol):
    with pytest.raises(Unsealed):
        pickle.dumps(ReleasedMean(3.4, 1, 0.1, Coding.EXACT, SEAL), protocol)


def test_a_copy_of_a_released_value_is_the_value_itself():
    told = ReleasedMean(3.4, 1, 0.1, Coding.EXACT, SEAL)
    assert copy.copy(told) is told
    assert copy.deepcopy([told])[0] is told


def test_suppressed_is_one_value_that_gives_no_reason():
    assert repr(SUPPRESSED) == "SUPPRESSED"
    assert not dataclasses.fields(SUPPRESSED)
