"""The sentences that people read, and their translations."""
