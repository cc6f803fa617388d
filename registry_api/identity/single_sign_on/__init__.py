"""Staff who come through their institution: OpenID Connect with authlib, ending in the same sessions.

May import the rest of `identity`, the audit trail and the database; nothing of HTTP but a client.
"""
