"""Tokens for programs of coalition organisations: scoped, ending, shown once and kept as hashes.

May import what `identity` may, and the rest of it.
"""
