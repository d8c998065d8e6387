"""The parts of ``openkp statistics``: one file a part, imported only when it runs."""
