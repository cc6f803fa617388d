"""What a patient has agreed to and has told about themselves.

May import identity and what stands below it, the diary and the outbox.
"""
