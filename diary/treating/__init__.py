"""Treatments: what may be named, what is valid, and where it is kept."""
