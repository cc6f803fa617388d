"""People made up, with diaries and trials, for demo and benchmarks; imports the parts of the service."""
