"""Clinical trials: import, criteria, matching (pure), alerts and introductions. May import enrolment."""
