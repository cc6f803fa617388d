"""Who calls: sign-in by texted code, sessions, accounts, and the only door to a record.

May import the vault, the audit trail, the database, `diary.ids`, `diary.errors` and the outbox of
`notifications`.
"""
