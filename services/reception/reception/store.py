"""Aggregates of reception in its own database. None is kept yet."""
