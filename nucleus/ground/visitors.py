"""Where a request comes from, kept only as a keyed fingerprint."""

import ipaddress
import secrets

from flask import request, session

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


def browser() -> str:
    """Return the fingerprint of one browser among many behind one address.

    The key of its forms tells it apart: whoever sends one form again and again has the same one.
    """
    own = session.get("csrf_token") or session.setdefault("browser", secrets.token_hex(16))
    return ring().fingerprint("browser", str(own))
