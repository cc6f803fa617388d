"""The trail of acts on people's records: added to, chained, never changed.

May import the database.
"""
