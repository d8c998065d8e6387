"""Is this paper real? Anyone may ask, without an account."""
