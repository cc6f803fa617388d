"""Alerts: jobs that judge all patients when a trial opens, and texts to those who may fit."""
