"""intake: the Reception and Results desk (Bộ phận Tiếp nhận và Trả kết quả, regulation 06/2018 Điều 1.3, 2.7)."""
