"""Check-ins, instruments, treatments and prompts of one person. Imports nothing of ours."""
