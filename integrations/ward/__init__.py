"""A ward's system (phường) as an outside party would write it; the program is ward.py."""
