"""The way of a queued message to the carrier and of the carrier's reports back. Imports nothing of ours."""
