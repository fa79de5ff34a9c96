"""reception: citizens are received and their petitions handled by law (Ban Tiếp công dân; regulation 06/2018 Điều 2.9)."""
