"""The demonstration: three real nodes with a real past, on this machine only."""
