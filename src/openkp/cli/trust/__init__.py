"""What `openkp node trust` is made of."""
