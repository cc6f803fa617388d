"""Tests of registry_api.trials."""
