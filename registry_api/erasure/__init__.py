"""Erasing a person: asked for by them, after seven days done for good.

May import everything that keeps something about a person: the diary, texts, trials, enrolment, identity, the
vault and the audit trail.
"""
