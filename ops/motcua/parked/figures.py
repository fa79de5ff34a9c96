"""``Figures``: how many messages are parked by service, type and reason; as a table, and for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from motcua.parked.message import Parked

LABELS = ("service", "type", "reason")


@dataclass(slots=True)
class Group:
    """Messages of one service, type and reason.

    Attributes:
        oldest: since when the first of them is parked; None when that is not known.
    """

    count: int = 0
    oldest: datetime | None = None

    def add(self, parked: Parked) -> None:
        """Count a message."""
        self.count += 1
        if parked.since and (self.oldest is None or parked.since < self.oldest):
            self.oldest = parked.since


class Figures:
    """Groups of parked messages; takes as much memory as there are groups."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str, str], Group] = {}

    def add(self, parked: Parked) -> None:
        """Count a message."""
        self.groups.setdefault((parked.service, parked.type, parked.reason), Group()).add(parked)


class _Collected(Collector):
    def __init__(self, figures: Figures, acts: Mapping[tuple[str, str], int]) -> None:
        self._figures, self._acts = figures, acts

    def collect(self) -> Iterator[Metric]:
        count = GaugeMetricFamily("motcua_parked_messages", "Parked messages", labels=LABELS)
        # a moment and not an age: an age in a file stands still when nobody writes the file any more
        oldest = GaugeMetricFamily(
            "motcua_parked_oldest_timestamp_seconds", "When the oldest of them was parked", labels=LABELS
        )
        for labels, group in sorted(self._figures.groups.items()):
            count.add_metric(labels, group.count)
            if group.oldest:
                oldest.add_metric(labels, group.oldest.timestamp())
        acts = CounterMetricFamily("motcua_parked_acts", "Acts on parked messages, ever", labels=("act", "service"))
        for names, number in sorted(self._acts.items()):
            acts.add_metric(names, number)
        looked = GaugeMetricFamily("motcua_parked_looked_timestamp_seconds", "When the parked queues were looked at")
        looked.add_metric((), time.time())
        yield from (count, oldest, acts, looked)


def write(path: Path, figures: Figures, acts: Mapping[tuple[str, str], int]) -> None:
    """Write the figures in Prometheus' text format, whole or not at all.

    Args:
        acts: act and service to how often, counted on the trail, so that it never goes back.

    Raises:
        OSError: the file cannot be written.
    """
    registry = CollectorRegistry()
    registry.register(_Collected(figures, acts))
    write_to_textfile(str(path), registry)
