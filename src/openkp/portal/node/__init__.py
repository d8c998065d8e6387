"""The node itself: who runs it, what it publishes, the rules it keeps, and its journal."""
