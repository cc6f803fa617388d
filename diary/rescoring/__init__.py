"""Which instruments have had all their entries scored by the newest rules."""
