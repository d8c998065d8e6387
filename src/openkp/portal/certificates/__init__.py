"""Certificates at the counter: exporters apply, officers prepare and validate, importing officers receive."""
