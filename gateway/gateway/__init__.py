"""The front door: HTTP in, RPC to the services, and a tracking page that needs none of them."""
