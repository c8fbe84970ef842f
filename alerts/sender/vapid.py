"""The key by which push services know our notices as ours, derived from the key ring.

A subscription is bound to the key it was made with, so it remembers that key's name: after a
rotation old devices go on working until their key leaves the ring.
"""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nucleus.ground.crypto import KeyRing

_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PURPOSE = "web_push"


def private_key(keys: KeyRing, name: str) -> ec.EllipticCurvePrivateKey:
    """Return the signing key under that name.

    Raises:
        KeyError: the ring no longer holds it.
    """
    if name not in dict(keys.keys):
        raise KeyError(name)
    return _private_key(keys.derive(PURPOSE, name))


def public_key(keys: KeyRing) -> tuple[str, str]:
    """Return the name of the current key and its public half, as browsers want it."""
    public = private_key(keys, keys.current).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return keys.current, base64.urlsafe_b64encode(point).decode().rstrip("=")


@lru_cache(maxsize=8)
def _private_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(
        int.from_bytes(seed, "big") % (_ORDER_OF_P256 - 1) + 1, ec.SECP256R1()
    )
