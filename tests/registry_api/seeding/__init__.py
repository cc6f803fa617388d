"""Tests of registry_api.seeding."""
