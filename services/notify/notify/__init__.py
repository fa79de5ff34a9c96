"""notify: the right person hears, once, in time."""
