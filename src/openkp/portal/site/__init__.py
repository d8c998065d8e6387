"""What every page is made from: the frame, the components, the forms, the answers to errors."""
