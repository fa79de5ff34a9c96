"""Operating Một Cửa: the broker's topology, private servers, and the processes of one machine."""
