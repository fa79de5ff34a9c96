"""What council says (phục vụ Hội đồng nhân dân).

No message is published yet: its duties come with their own contracts.
"""

CONTRACTS = ()
