"""Tests of what people take out of the registry."""
