"""Tests of the questions for a visit."""
