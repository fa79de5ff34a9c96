"""What both reference programs need: published schemas, an AMQP session, a clock, an orderly end."""
