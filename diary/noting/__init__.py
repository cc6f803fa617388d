"""Notes in the database."""
