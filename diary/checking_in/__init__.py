"""Check-ins: what may be said, how an entry stands, and where it is kept."""
