"""Tests of sealing, of the keys, and of what a thief finds."""
