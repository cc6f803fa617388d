"""A carrier on this machine: Twilio's REST API for messages and phones to hold; imports nothing of ours."""
