"""The rules: one function for each sentence of law, and the tuples that say when they apply."""
