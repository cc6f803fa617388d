"""Attacks on the running service, over HTTP on this machine: `make attack`."""
