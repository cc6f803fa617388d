"""Messages out and receipts in: outbox, suppression, the Twilio carrier. Imports nothing of ours."""
