"""Measurements, run by hand with `make bench`: ratios against a baseline of the same run, never a test."""
