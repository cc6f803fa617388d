"""The few questions that somebody takes to their next visit: picked from a list, or in their own words."""
