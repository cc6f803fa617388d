"""What people take out of the registry: the visit sheet, and the questions on it.

May import enrolment, what lies below it, and the diary. A `Listener` that it is given hears words of danger.
"""
