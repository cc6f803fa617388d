"""What people take out of the registry: the visit sheet, and the questions on it.

May import enrolment and what lies below it, and the diary; a `Listener` that it is given hears words of danger.
"""
