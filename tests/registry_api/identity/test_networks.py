from __future__ import annotations

from ipaddress import ip_network

import pytest

from registry_api.identity.networks import client_of, network_of

_OURS = (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:7:9::1", "2001:db8:7::/48"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("198.51.100.77:4711", "198.51.100.0/24"),
        ("[2001:db8:7:9::1]:443", "2001:db8:7::/48"),
        ("nowhere", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_cut_to_its_network(address: str | None, network: str | None) -> None:
    """What is kept of an address names no household."""
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
        ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", "6.6.6.6, 192.0.2.1, 10.1.2.3", "192.0.2.1"),
        ("::ffff:10.0.0.4", "192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", "192.0.2.1, unknown", "unknown"),
        ("127.0.0.1", "", "127.0.0.1"),
        (None, "192.0.2.1", None),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str | None, forwarded: str, caller: str | None) -> None:
    """What somebody writes into the header stands before what our proxies add, and is not read."""
    assert client_of(peer, forwarded, _OURS) == caller


def test_without_proxies_nothing_is_believed() -> None:
    """By default the header is not read at all."""
    assert client_of("127.0.0.1", "192.0.2.1", ()) == "127.0.0.1"
