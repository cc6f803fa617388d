"""Numbers for patient organisations that cannot be turned back into a person; imports enrolment and below."""
