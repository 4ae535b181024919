"""The file of providers: what stands in the documentation is read, and what would be dangerous is refused."""

import re
import stat

import pytest
from joserfc.jwk import ECKey

from instruments.problems import Refused
from survey.openid import provider_file
from survey.openid.known_hazards import FEIDE_NAME
from survey.openid.provider import Provider, ProviderName
from survey.openid.provider_file import read_sign_in_methods
from tests.paths import REPOSITORY
from tests.test_documents import tables

DOCUMENT = REPOSITORY / "docs" / "sign-in.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
PLAIN = """
[provider.here]
issuer = "https://id.example.org"
client_id = "kjennetegn"
client_secret_file = "FOLDER/secret"
"""
KEY = ECKey.generate_key("P-256").as_pem(private=True).decode()
TENANT = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def read(tmp_path):
    """Reads a file of this text, with secrets in the folder that it calls FOLDER."""
    for name, content in (("secret", "of ours\n"), ("key.pem", KEY), ("empty", "\n"), ("open", "of ours")):
        (tmp_path / name).write_text(content, "utf-8")
        (tmp_path / name).chmod(0o644 if name == "open" else 0o600)

    def reading(text):
        file = tmp_path / "sign-in.toml"
        file.write_text(text.replace("FOLDER", str(tmp_path)), "utf-8")
        return read_sign_in_methods(file)

    return reading


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_documentation_is_read(example, read):
    kept = re.sub(r"/etc/kjennetegn/\w+\.secret", "FOLDER/secret", example)
    [provider] = read(re.sub(r"/etc/kjennetegn/\w+\.pem", "FOLDER/key.pem", kept)).providers.values()
    assert provider.secret
    assert "of ours" not in repr(provider)


def test_the_documentation_names_every_key_and_no_other():
    named = {row["key"].strip("`") for row in tables(DOCUMENT) if "key" in row}
    assert named == set(provider_file._KNOWN)


def test_what_is_left_out_is_as_the_specification_has_it(read):
    provider = read(PLAIN).providers["here"]
    assert (provider.scopes, provider.method, provider.secret) == (
        ("openid", "email"),
        "client_secret_basic",
        "of ours",
    )
    assert str(provider.name) == "here"
    assert read(PLAIN).passwords


def test_a_name_is_said_in_the_readers_language(read):
    name = read(PLAIN + 'name = { nb = "Kommunen", en = "The town" }').providers["here"].name
    assert [name.in_language(tag) for tag in ("nb", "da", "en")] == ["Kommunen", "The town", "The town"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("passwords = false", "nobody could sign in"),
        ("password = true" + PLAIN, "there is no key password"),
        (PLAIN + 'issuer_ = "x"', "there is no key issuer_"),
        (PLAIN.replace("provider.here", 'provider."Her e"'), "stands in addresses"),
        (PLAIN.replace("https://id.example.org", "http://id.example.org"), "no address of an issuer"),
        (PLAIN.replace("https://id.example.org", "https://me:x@id.example.org"), "no address of an issuer"),
        (PLAIN.replace('client_id = "kjennetegn"', ""), "client_id is missing"),
        (PLAIN.replace("FOLDER/secret", "FOLDER/none"), "cannot be read"),
        (PLAIN.replace("FOLDER/secret", "FOLDER/empty"), "is empty"),
        (PLAIN.replace("FOLDER/secret", "FOLDER/open"), "anybody on the machine can read"),
        (PLAIN.replace("client_secret_file", "private_key_file"), "holds no private key"),
        (PLAIN + 'private_key_file = "FOLDER/key.pem"', "by a secret or by a private key"),
        (PLAIN + 'client_auth = "jwt"', "is no way"),
        (PLAIN + 'scopes = ["email"]', "asked for with openid"),
        (PLAIN + 'vouches_for = ["@example.org"]', "is no domain"),
        (PLAIN + 'acr_values = "high"', "is no list of texts"),
        (PLAIN + 'required = { acr = "high" }', "holds no lists"),
        (PLAIN + 'name = { fi = "Kunta" }', "the name is none"),
        (PLAIN + PLAIN.replace("provider.here", "provider.there"), "two providers have the issuer"),
    ],
)
def test_a_fault_is_told_with_its_place(read, text, fault):
    with pytest.raises(Refused, match=re.escape(fault)) as raised:
        read(text)
    assert {each.code for each in raised.value.problems} <= {"sign-in-wrong", "sign-in-unknown"}
    assert all("sign-in.toml" in each.place for each in raised.value.problems)


def entra(tenant, more=""):
    return PLAIN.replace("https://id.example.org", f"https://login.microsoftonline.com/{tenant}/v2.0") + more


OF_ALL = ("common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad")


@pytest.mark.parametrize("tenant", OF_ALL)
def test_a_provider_of_all_tenants_is_refused(read, tenant):
    with pytest.raises(Refused, match="that of all tenants"):
        read(entra(tenant))


def test_guests_of_a_tenant_are_thought_of_where_its_addresses_count(read):
    vouched = 'vouches_for = ["example.org"]\n'
    with pytest.raises(Refused, match="guests"):
        read(entra(TENANT, vouched))
    assert read(entra(TENANT, f"{vouched}required = {{ acct = [0] }}")).providers
    assert read(entra(TENANT, f'{vouched}verified_claim = "xms_edov"')).providers


def test_other_organisations_are_thought_of_where_feides_addresses_count(read):
    feide = PLAIN.replace("id.example.org", "auth.dataporten.no") + 'vouches_for = ["example.org"]\n'
    with pytest.raises(Refused, match="any organisation in Feide"):
        read(feide)
    assert read(f'{feide}required = {{ "{FEIDE_NAME}" = ["@example.org"] }}').providers
    assert read(f'{feide}address_claim = "{FEIDE_NAME}"').providers


def provider(**given):
    return Provider("here", ProviderName({"": "Here"}), "https://id.example.org", "us", "secret", **given)


@pytest.mark.parametrize("verified", [True, 1, "1", "true"])
def test_an_address_counts_where_it_is_verified(verified):
    said = {"email": "Kari@Example.org", "email_verified": verified}
    assert provider().address(said) == "Kari@Example.org"


@pytest.mark.parametrize("verified", [False, None, 0, "false", "no", 2, [True]])
def test_an_address_counts_not_where_it_is_not(verified):
    said = {"email": "kari@example.org", "email_verified": verified}
    assert provider().address(said) is None
    assert provider(vouches_for=("ample.org",)).address(said) is None
    assert provider(vouches_for=("example.org",)).address(said) == "kari@example.org"


@pytest.mark.parametrize(
    ("claim", "wanted", "is_admitted"),
    [
        ("kari@fjordby.no", ("@fjordby.no",), True),
        ("kari@FJORDBY.no", ("@fjordby.no",), True),
        ("kari@ondfjordby.no", ("@fjordby.no",), False),
        (["x", "Medarbejder"], ("Medarbejder",), True),
        ("Elev", ("Medarbejder",), False),
        (0, (0,), True),
        (False, (0,), False),
        (1, (0,), False),
        (None, (0,), False),
    ],
)
def test_a_claim_has_to_have_one_of_the_values(claim, wanted, is_admitted):
    assert provider(required={"c": wanted}).admits({"c": claim}) is is_admitted
    assert provider(two_factors={"c": wanted}).is_two_factors({"c": claim}) is is_admitted


def test_a_file_of_secrets_may_be_read_by_its_group():
    assert provider_file._OTHERS == stat.S_IROTH
