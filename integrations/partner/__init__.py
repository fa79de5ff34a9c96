"""What the reference programs share: schemas, an AMQP session, a clock, an orderly end; and sending one by one."""
