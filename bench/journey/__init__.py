"""Processor time and rate of a dossier's whole journey, over a raw floor and beside plain nameko."""
