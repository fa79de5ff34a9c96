"""Pages that citizens read."""
