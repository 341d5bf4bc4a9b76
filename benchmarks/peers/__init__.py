"""Other people's programs, each as one process that reads a text file and prints a summary."""
