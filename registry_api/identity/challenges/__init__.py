"""What is kept of a number that signs in: its code, as a hash, and when it was asked for and tried.

May import the database.
"""
