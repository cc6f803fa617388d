"""Staff who come through their institution, on a real provider over HTTP."""
