"""Passkeys: keys that a person's own devices hold, to sign in with and to prove again who is there.

May import what `identity` may, and the rest of it. Only `ceremony.py` knows WebAuthn.
"""
