"""The desk for parked messages: look at them, put them back, throw them away with a reason."""
