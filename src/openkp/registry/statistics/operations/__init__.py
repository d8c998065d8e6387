"""The verbs of statistics, one file each."""
