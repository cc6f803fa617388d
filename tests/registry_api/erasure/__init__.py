"""Tests of erasing a person, and of what a thief finds afterwards."""
