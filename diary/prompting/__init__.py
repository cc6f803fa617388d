"""Prompts: who is to be asked when, and what was asked."""
