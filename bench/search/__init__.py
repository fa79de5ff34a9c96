"""What a search costs as an office's archive grows: 10,000, 100,000 and 1,000,000 dossiers side by side."""
