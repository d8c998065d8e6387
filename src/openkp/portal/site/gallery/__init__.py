"""Every component with sample data, for those who write pages, those who translate and the browser tests."""
