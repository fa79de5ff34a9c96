"""The operators' trail: who did what with whose message and why; entries are added, chained by hash, never changed."""

from motcua.audit.trail import DATABASE, Contended, Head, Trail, first_fault, sealed

__all__ = ["DATABASE", "Contended", "Head", "Trail", "first_fault", "sealed"]
