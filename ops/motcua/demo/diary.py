"""What the people of the played day know by themselves, to be held against the office's books."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Diary:
    """Written by those who come to the office, from what they did and were answered; the office never reads it.

    Attributes:
        done: how often each thing was done.
        money: what was paid or exempted, in đồng.
        receipts: dossier code to the receipt, of those who had it over HTTP.
        persons: dossier code to the case that it was made of.
        handed: codes whose result somebody has; one that was made anew counts once.
        printed: kind of paper to its file.
    """

    done: Counter[str] = field(default_factory=Counter)
    money: Counter[str] = field(default_factory=Counter)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    printed: dict[str, Path] = field(default_factory=dict)
