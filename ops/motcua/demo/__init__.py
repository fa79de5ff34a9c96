"""A day at the office, played and checked."""
