"""Tests of what the conversation says and understands."""
