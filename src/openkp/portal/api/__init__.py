"""The same operations for programs: JSON, problem+json, ETag, Idempotency-Key."""
