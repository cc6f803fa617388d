"""The carrier stand-in, driven by the official SDK over HTTP and by a person's hand in Chromium."""
