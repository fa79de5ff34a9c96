"""What reception says (Ban Tiếp công dân). No message is published yet: its duties come with their own contracts."""

CONTRACTS = ()
