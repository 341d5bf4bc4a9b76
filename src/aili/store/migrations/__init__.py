"""The library's forms, one script each; they only go forward."""
