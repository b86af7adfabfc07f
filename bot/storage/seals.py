"""How words are enciphered, and what a seal is bound to: AES-256-GCM with the nonce in front."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12  # 96 bits


def seal(key: AESGCM, plaintext: bytes, key_id: str, context: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + key.encrypt(nonce, plaintext, _bound_to(key_id, context))


def unseal(key: AESGCM, sealed: bytes, key_id: str, context: str) -> bytes:
    start = len(_VERSION) + _NONCE_BYTES
    if sealed[: len(_VERSION)] != _VERSION or len(sealed) < start:
        raise InvalidTag
    return key.decrypt(sealed[len(_VERSION) : start], sealed[start:], _bound_to(key_id, context))


def _bound_to(key_id: str, context: str) -> bytes:
    return _VERSION + f"{key_id}\x00{context}".encode()
