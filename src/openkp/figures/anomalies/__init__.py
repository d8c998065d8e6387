"""Anomalies with their evidence: one file a family of tests, the tuple of tests at the foot of each."""
