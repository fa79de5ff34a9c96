"""A large push: how fast, and in how much memory."""
