"""Field encryption: what identifies a person is ciphertext before it leaves this process.

One data key per owner (a patient or a member of staff), wrapped by a master key that is not in the database.
May import the audit trail, the database and the settings.
"""
