"""Anchors: from time to time, what every chain had come to, sealed together; imports what `audit` does."""
