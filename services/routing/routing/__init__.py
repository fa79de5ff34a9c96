"""routing: brings work to the departments and sees that it comes back in time (Tổ Tổng hợp, regulation Điều 1.3, 2.6)."""
