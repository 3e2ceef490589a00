"""The made-up portal that is built in, and its mirror."""
