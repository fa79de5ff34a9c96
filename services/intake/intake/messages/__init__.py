"""What intake says and hears, in the words of the published contracts."""
