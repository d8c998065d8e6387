"""The desk of statistics: returns, anomalies, questionnaires, the annual global summary."""
