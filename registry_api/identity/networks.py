"""The network that somebody calls from, cut short. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Proxies = Sequence[IPv4Network | IPv6Network]

_KEPT_BITS = {4: 24, 6: 48}
_WITH_PORT = re.compile(
    r"^(?:\[(.+)\]|([\d.]+))(?::\d+)?$"
)  # as some proxies write: 192.0.2.1:80, [2001:db8::1]:80


def client_of(peer: str | None, forwarded: str, proxies: Proxies) -> str | None:
    """Who called: the peer, or where that is a proxy of ours the last address before ours that it names.

    `forwarded` is what X-Forwarded-For says, all of its lines with commas between. Anybody can write into it,
    so it is read from its end, and only as far as our own proxies wrote it.
    """
    caller = peer
    for named in reversed([each.strip() for each in forwarded.split(",") if each.strip()]):
        address = _read(caller or "")
        if address is None or not any(address in network for network in proxies):
            break
        caller = named
    return caller


def network_of(address: str | None) -> str | None:
    """The address cut to /24 (IPv4) or /48 (IPv6), such as 198.51.100.0/24; None where it is no address."""
    found = _read(address or "")
    return None if found is None else str(ip_network((found, _KEPT_BITS[found.version]), strict=False))


def _read(address: str) -> IPv4Address | IPv6Address | None:
    bare = _WITH_PORT.sub(r"\1\2", address)
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
