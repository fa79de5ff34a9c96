"""Rules of reception. Pure. None is in force yet: the service runs and is watched before its duties begin."""
