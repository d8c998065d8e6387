"""Returns, reconciliation, anomalies and their questionnaires, and the annual global summary."""
