"""The public pages of figures: what was published, what it is made of, and everything to take away."""
