"""Latency of a submission through the gateway at a steady load, over a bare Flask application."""
