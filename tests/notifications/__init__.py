"""Tests of messages out and receipts in."""
