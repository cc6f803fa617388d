"""What is asked of people, by text and on the page, and how it has gone.

Joins the diary and notifications, which know nothing of each other; imports both, and from enrolment down.
"""
