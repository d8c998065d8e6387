"""What the test documents are made of."""
