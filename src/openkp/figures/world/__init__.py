"""The proving ground: a synthetic KP year with seeded fraud and known truth, and the score of what was found in it."""
