"""Scores: what answers add up to by the published rules, and totals that staff type in."""
