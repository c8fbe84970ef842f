"""Where a request comes from, kept only as a keyed fingerprint."""

import ipaddress

from flask import request

from nucleus.ground.crypto import ring

NETWORK_BITS = 64


def visitor() -> str:
    """Return the fingerprint of where the request comes from (of the network, in IPv6)."""
    typed = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(typed)
    except ValueError:
        return ring().fingerprint("visitor", typed)
    bits = NETWORK_BITS if address.version == 6 else address.max_prefixlen
    network = ipaddress.ip_network((address, bits), strict=False)
    return ring().fingerprint("visitor", str(network))
