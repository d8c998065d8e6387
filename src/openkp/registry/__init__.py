"""The memory: models, operations, queries, permissions, and the journal of every change."""
