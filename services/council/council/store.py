"""Aggregates of council in its own database. None is kept yet."""
