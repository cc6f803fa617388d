"""Messages out and receipts in: outbox, suppression, templates, the Twilio carrier. Imports nothing of ours."""
