"""Introductions: what patients answer to a trial, and whom its coordinator may therefore know."""
