"""The service: wires the domains and speaks HTTP and GraphQL. May import diary and notifications."""
