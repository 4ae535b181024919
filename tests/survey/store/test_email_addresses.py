"""Addresses of e-mail: one way to write each, and none that looks like another."""

import pytest

from instruments.problems import Refused
from survey.store.email_addresses import normal_address, require_address
from survey.store.repositories import accounts

ADDRESS = "kari.nordmann@fjordby.kommune.no"


@pytest.mark.parametrize(
    "typed",
    [
        "Kari.Nordmann@Fjordby.Kommune.NO",
        f"  {ADDRESS}\n",
        "\uff4bari.nordmann@fjordby.kommune.no",  # a wide k
        "kari.nordmann@fjordby\u3002kommune.no",  # the full stop of another script
    ],
)
def test_an_address_is_the_same_however_it_is_typed(typed):
    assert require_address(typed) == normal_address(typed) == ADDRESS


def test_a_domain_is_the_same_in_letters_and_as_machines_write_it():
    assert normal_address("kari@xn--blbr-roah.no") == normal_address("kari@blåbær.no") == "kari@blåbær.no"
    composed, apart = "r\u00e5d@example.org", "ra\u030ad@example.org"
    assert require_address(apart) == composed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kari",
        "kari@",
        "@example.org",
        "kari@localhost",
        "kari@example..org",
        "kari@example.org.",
        "ka ri@example.org",
        "kari@exam ple.org",
        "kari@@example.org",
        ".kari@example.org",
        '"kari b"@example.org',
        "Kari <kari@example.org>",
        "kari@example.org, ola@example.org",
        "kari@[127.0.0.1]",
        "ka\u200bri@example.org",  # a space of no width
        "kari@exam\u00adple.org",  # a hyphen that is not seen
        "\u202ekari@example.org",  # written from the right
        "kari\0@example.org",
        f"kari@{'a.' * 125}no",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(Refused, match="is no e-mail address"):
        require_address(typed)
    normal_address(typed)  # finds nobody, and is no fault


@pytest.mark.parametrize("typed", ["k\u0430ri@example.org", "kari@ex\u0430mple.org", "k\u03b1ri@example.org"])
def test_letters_of_another_alphabet_among_ours_are_refused(typed):
    with pytest.raises(Refused, match="several alphabets"):
        require_address(typed)


def test_there_is_one_account_for_an_address_however_it_is_typed(database):
    added = accounts.add(database, "Kari@Stra\u00dfe.example", "", "nb", now=0)
    with pytest.raises(Refused, match=r"account for kari@strasse\.example already"):
        accounts.add(database, "KARI@STRASSE.example", "", "nb", now=0)
    assert accounts.by_email(database, " kari@stra\u00dfe.example ") == added
