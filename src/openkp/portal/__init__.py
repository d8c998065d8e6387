"""The counter: pages, forms and the JSON interface. No models; whatever changes something is an operation below."""
