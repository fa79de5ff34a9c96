"""A department's system (phòng ban) as an outside party would write it; the program is department.py."""
