"""The published language of Một Cửa: one module per owner, in journey order."""

from motcua_contracts.base import CONTENT_TYPE, Contract, ContractError, Envelope, Message
from motcua_contracts.catalogue import ALL, BY_TYPE

__all__ = ["ALL", "BY_TYPE", "CONTENT_TYPE", "Contract", "ContractError", "Envelope", "Message"]
