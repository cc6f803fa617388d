"""GraphQL as clients meet it: the whole application in this process, over HTTP, on a real database."""
