"""What the project promises about itself: its GraphQL contract, its packages, its locks, its rules."""
