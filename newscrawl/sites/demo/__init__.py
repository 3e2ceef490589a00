"""The made-up portal that is built in, its mirror, and a host that is hostile."""
