"""Phone numbers under names of their own, so that nothing else in the database depends on what a number is.

May import the vault, the database and the opt-outs of `notifications`.
"""
