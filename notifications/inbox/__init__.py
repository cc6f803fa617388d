"""Texts that came in, each handled once, one at a time for each sender."""
