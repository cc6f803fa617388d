"""The web app in real Chromium, against the same running service as the journeys."""
