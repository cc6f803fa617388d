"""The service as people meet it: real processes, real HTTP, real phones; inside only to look."""
