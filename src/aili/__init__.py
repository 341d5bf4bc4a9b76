"""aili reads a document for you and gives back a checked digest."""
