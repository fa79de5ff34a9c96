"""council: service to the People's Council (Hội đồng nhân dân; regulation 06/2018 Điều 2.5)."""
