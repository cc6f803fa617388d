"""What ratings show of an injection: benefit, peak, wearing-off, and what changed. Pure."""
