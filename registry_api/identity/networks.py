"""The network that somebody calls from, cut short. Pure."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

_KEPT_BITS = {4: 24, 6: 48}


def network_of(address: str | None) -> str | None:
    """The address cut to /24 (IPv4) or /48 (IPv6), such as 198.51.100.0/24; None where it is no address."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, _KEPT_BITS[found.version]), strict=False))
