"""What somebody signed, and whether they take part: events in the database that are only ever added."""
