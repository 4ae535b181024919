"""Identities elsewhere: one of each provider for an account, one account for each, and none kept by name."""

import pytest

from instruments.problems import Refused
from survey.store.repositories import accounts, entry_links, identities, sign_ins, waiting_accounts
from tests.roles import grant_role

ISSUER, OTHER = "https://id.example.org", "https://login.example.org"
WHO = {"by": "drift", "now": 9}


@pytest.fixture
def kari(database):
    return accounts.add(database, "kari@example.org", "", "nb", now=0)


@pytest.fixture
def ola(database):
    return accounts.add(database, "ola@example.org", "hash", "nb", now=0)


def issuers(database, holder):
    return [each.issuer for each in identities.of_account(database, holder.id)]


def test_an_identity_leads_to_its_account_and_no_other(database, kari, ola):
    identities.link(database, kari, ISSUER, "k", **WHO)
    identities.link(database, kari, OTHER, "k", **WHO)
    identities.link(database, ola, ISSUER, "o", **WHO)
    assert identities.account_of(database, ISSUER, "k").id == kari.id
    assert identities.account_of(database, ISSUER, "o").id == ola.id
    # what one provider calls a person says nothing at another
    assert identities.account_of(database, OTHER, "o") is None
    assert issuers(database, kari) == [ISSUER, OTHER]


def test_what_a_person_is_called_there_is_not_kept(database, kari):
    identities.link(database, kari, ISSUER, "a-name-of-hers", **WHO)
    with database.reading() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM account_identity").all()
    assert b"a-name-of-hers" not in b"".join(each for each in row if isinstance(each, bytes))
    assert "a-name-of-hers" not in str(row)


def test_a_second_identity_of_a_provider_and_one_of_another_account_are_refused(database, kari, ola):
    identities.link(database, kari, ISSUER, "k", **WHO)
    with pytest.raises(Refused) as other:
        identities.link(database, kari, ISSUER, "another", **WHO)
    with pytest.raises(Refused) as taken:
        identities.link(database, ola, ISSUER, "k", **WHO)
    codes = [each.value.problems[0].code for each in (other, taken)]
    assert codes == ["identity-other", "identity-taken"]
    assert (issuers(database, kari), issuers(database, ola)) == ([ISSUER], [])


def test_linking_by_address_shows_results_from_the_next_day(database, kari):
    identities.link_by_address(database, kari, ISSUER, "k", now=77)
    assert accounts.by_id(database, kari.id).linked_at == 77


def test_removing_one_ends_the_sign_ins_and_leaves_the_others(database, kari):
    for issuer in (ISSUER, OTHER):
        identities.link(database, kari, issuer, "k", **WHO)
    sign_ins.begin(database, b"token", kari, 9, factors=1)
    assert identities.remove(database, kari, ISSUER, **WHO)
    assert not identities.remove(database, kari, ISSUER, **WHO)
    assert sign_ins.of_token(database, b"token") is None
    assert issuers(database, kari) == [OTHER]


def test_a_link_to_choose_a_password_is_used_once_and_ends_identities_when_made_anew(database, kari):
    invited = accounts.reset_password(database, kari, **WHO)
    assert [each.id for each in waiting_accounts.every(database)] == [kari.id]
    assert identities.link_by_link(database, invited, ISSUER, "k", now=9)
    assert waiting_accounts.every(database) == []
    assert not identities.link_by_link(database, invited, OTHER, "k", now=9)
    assert not accounts.choose_password(database, invited, "hash")
    accounts.reset_password(database, kari, **WHO)
    assert issuers(database, kari) == []


def test_identities_end_with_the_account(database, kari):
    identities.link(database, kari, ISSUER, "k", **WHO)
    accounts.remove(database, kari, **WHO)
    assert identities.account_of(database, ISSUER, "k") is None


def test_a_link_that_signs_in_once_does_so_once_and_ends_the_one_before(database, ola):
    grant_role(database, ola, "researcher", None)
    entry_links.make(database, ola, **WHO)
    first = accounts.by_id(database, ola.id)
    entry_links.make(database, ola, by="drift", now=10)
    last = accounts.by_id(database, ola.id)
    assert not entry_links.use(database, first)
    assert entry_links.use(database, last)
    assert not entry_links.use(database, last)
    # the password stays, and results are shown from the next day
    assert (last.password_hash, last.linked_at) == ("hash", 10)
