"""Tests of registry_api.coalition."""
