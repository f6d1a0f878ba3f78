from ipaddress import ip_address

import pytest
from hsc_ingest.adapters.fetch.addresses import AddressPolicy, AllowList, canonical_host, is_public
from hsc_ingest.adapters.fetch.failures import FetchFailure, Reason
from hypothesis import given
from hypothesis import strategies as st

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::200e"])
def test_an_address_of_the_public_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_becomes_public_by_being_written_as_ipv6(address: object) -> None:
    assert not is_public(ip_address(f"::ffff:{address}"))
    assert not is_public(ip_address(f"::{address}"))


def refusal(policy: AddressPolicy, url: str, *addresses: str) -> Reason:
    with pytest.raises(FetchFailure) as caught:
        policy.check_addresses(policy.check_url(url), [ip_address(each) for each in addresses])
    return caught.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "",
        "manual.pdf",
        "//host/manual.pdf",
        "gopher://host/manual",
        "ftp://host/manual.pdf",
        "javascript:alert(1)",
        "http://",
        "http:///manual.pdf",
        "http://host:99999/",
        "http://host:port/",
        "http://[::1/",
        "http://a b/",
        "http://a%00b/",
        "http://-x/",
        "http://a\\b/",
        "http://user:secret@host/",
        "http://host/a\nb",
        "http://host/" + "a" * 3000,
    ],
)
def test_what_is_not_a_plain_web_address_is_a_bad_url(url: str) -> None:
    assert refusal(AddressPolicy(), url, "8.8.8.8") is Reason.BAD_URL


def test_a_public_address_on_the_web_ports_may_be_reached() -> None:
    policy = AddressPolicy()
    assert policy.check_addresses(policy.check_url("https://maker.example/m.pdf"), [ip_address("8.8.8.8")])
    assert policy.check_addresses(policy.check_url("http://maker.example/m.pdf"), [ip_address("8.8.8.8")])


def test_other_ports_of_a_public_host_are_refused() -> None:
    assert refusal(AddressPolicy(), "http://maker.example:22/", "8.8.8.8") is Reason.FORBIDDEN_ADDRESS


def test_one_private_address_among_public_ones_condemns_the_name() -> None:
    assert refusal(AddressPolicy(), "http://two.example/", "8.8.8.8", "10.0.0.1") is Reason.FORBIDDEN_ADDRESS


def test_a_name_without_addresses_is_unknown() -> None:
    assert refusal(AddressPolicy(), "http://void.example/") is Reason.NAME_UNKNOWN


def allowing(text: str) -> AddressPolicy:
    return AddressPolicy(AllowList.parse(text))


def test_an_allowed_host_with_a_port_opens_that_port_alone() -> None:
    policy = allowing("intranet.example:8080")
    assert policy.check_addresses(policy.check_url("http://Intranet.Example.:8080/"), [ip_address("10.0.0.1")])
    assert refusal(policy, "http://intranet.example/", "10.0.0.1") is Reason.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("entry", ["127.0.0.1", "localhost", "[::1]", "::1"])
def test_an_allowed_host_without_a_port_opens_all_its_ports(entry: str) -> None:
    policy = allowing(f" {entry} ,")
    host = f"[{entry}]" if entry == "::1" else entry
    assert policy.check_addresses(policy.check_url(f"http://{host}:9999/"), [ip_address("127.0.0.1")])


def test_an_allowed_network_opens_its_addresses_under_every_name() -> None:
    policy = allowing("10.1.0.0/16")
    assert policy.check_addresses(policy.check_url("http://nas.example:8000/"), [ip_address("10.1.2.3")])
    assert refusal(policy, "http://nas.example/", "10.2.0.1") is Reason.FORBIDDEN_ADDRESS


def test_the_clouds_metadata_address_stays_closed_whatever_is_allowed() -> None:
    policy = allowing("0.0.0.0/0,169.254.169.254,fd00::/8")
    assert refusal(policy, "http://169.254.169.254/", "169.254.169.254") is Reason.FORBIDDEN_ADDRESS
    assert refusal(policy, "http://[fd00:ec2::254]/", "fd00:ec2::254") is Reason.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("text", ["http://host/x", "host:port", "10.0.0.0/99", "user@host", "a b/c"])
def test_an_allow_list_with_nonsense_in_it_is_refused_at_start(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        AllowList.parse(text)


@pytest.mark.parametrize(
    "url", ["https://דוגמה.example/מדריך.pdf", "http://maker.example/my manual (2).pdf", "http://[2606:4700::1111]/"]
)
def test_names_and_paths_in_any_script_are_addresses(url: str) -> None:
    assert AddressPolicy().check_url(url).host


def test_one_host_has_one_spelling() -> None:
    assert canonical_host("WWW.Maker.Example.") == "www.maker.example"
    assert canonical_host("0:0:0:0:0:0:0:1") == "::1"
