"""Private signs that stand, inside a text that is being read, for what a phrase was."""

QUANTITY = "\ue000"  # a number of something else: tablets, hours, a clock time
UNCLEAR = "\ue001"  # a number that must not be taken: a spread, a half, a negation
SKIP = "\ue002"
SKIP_REST = "\ue003"
UNSURE = "\ue004"
EACH = "\ue005"  # stands before a number that goes for every item
