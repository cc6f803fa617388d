"""One measure over time: read in one go, and put into days, weeks, months or days since an injection."""
