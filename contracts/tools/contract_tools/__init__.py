"""Tools over the published language: generate schemas, diff them, and refuse breaks of released messages."""
