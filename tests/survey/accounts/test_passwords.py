from importlib.util import find_spec, module_from_spec

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError

from instruments.problems import Refused
from survey.accounts import passwords

PASSWORD = "en lang setning her"


@pytest.fixture(scope="module")
def real():
    """The module as the product loads it: the suite's own hashes at next to no cost."""
    return loaded_anew()


def loaded_anew():
    spec = find_spec("survey.accounts.passwords")
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_a_hash_costs_what_rfc_9106_recommends_where_memory_is_short(real):
    cost = extract_parameters(real.hash_password(PASSWORD))
    assert (cost.type, cost.time_cost, cost.memory_cost, cost.parallelism) == (Type.ID, 3, 64 * 1024, 4)
    assert (cost.salt_len, cost.hash_len) == (16, 32)


def test_an_unknown_address_costs_as_much_as_a_wrong_password(real, monkeypatch):
    asked, verify = [], PasswordHasher.verify

    def watched(hasher, held, password):
        # refused after all of the work, and not for the form of what is held
        with pytest.raises(VerifyMismatchError):
            verify(hasher, held, password)
        asked.append(extract_parameters(held))
        return True

    hashed = real.hash_password(PASSWORD)
    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert not real.verify_password("", PASSWORD)
    assert real.verify_password(hashed, PASSWORD + " ")
    assert asked == [extract_parameters(hashed)] * 2


def test_a_command_hashes_no_password_before_it_is_asked_for_one(monkeypatch):
    monkeypatch.setattr(PasswordHasher, "hash", None)
    loaded = loaded_anew()
    assert not loaded.verify_password("", PASSWORD)


def test_a_password_fits_its_own_hash_alone(real):
    hashed = real.hash_password(PASSWORD)
    assert real.verify_password(hashed, PASSWORD)
    assert not real.verify_password(hashed, PASSWORD + " ")
    assert hashed != real.hash_password(PASSWORD)


@pytest.mark.parametrize("held", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$"])
def test_nothing_fits_what_is_no_hash(held):
    assert not passwords.verify_password(held, PASSWORD)
    assert not passwords.verify_password(held, "nobody's password")


@pytest.mark.parametrize("length", [0, passwords.SHORTEST - 1, passwords.LONGEST + 1])
def test_a_password_that_is_too_short_or_too_long_is_refused(length):
    with pytest.raises(Refused, match="password-length") as refused:
        passwords.hash_password("x" * length)
    assert str(length) in str(refused.value)


@pytest.mark.parametrize("length", [passwords.SHORTEST, passwords.LONGEST])
def test_the_shortest_and_the_longest_password_are_taken(length):
    assert passwords.verify_password(passwords.hash_password("x" * length), "x" * length)


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        (
            "bl\u00e5b\u00e6r p\u00e5 fjellet",
            "bla\u030ab\u00e6r pa\u030a fjellet",
        ),  # another system's å
        ("en lang setning 1", "\uff45n lang setning \uff11"),  # letters and digits of double width
        ("finne fluer i fløten", "\ufb01nne \ufb02uer i fløten"),  # two letters that are drawn as one
    ],
)
def test_a_password_is_the_same_however_a_keyboard_composes_it(chosen, typed):
    assert passwords.verify_password(passwords.hash_password(chosen), typed)
    assert passwords.verify_password(passwords.hash_password(typed), chosen)


def test_the_length_is_that_of_the_composed_letters():
    with pytest.raises(Refused, match="11 characters"):
        passwords.hash_password("a\u030a" * 11)
    with pytest.raises(Refused, match="1025 characters"):
        passwords.hash_password("\ufdfa" * 60)  # a letter that stands for eighteen


def test_a_password_that_goes_on_where_the_longest_ends_is_another_one():
    longest = "k" * passwords.LONGEST
    assert not passwords.verify_password(passwords.hash_password(longest), f"{longest}x")
