"""A service whose queue the topology does not have."""

from toys import Toy

from chassis.inbox import inbox
from chassis.service import Service
from chassis.settings import Settings, read


class Nowhere(Toy):
    TYPE = "never.declared.v1"


class WrongQueue(Service):
    name = "notify"

    @staticmethod
    def load_settings() -> Settings:
        return read("notify", Settings)

    @inbox(Nowhere)
    def on_nowhere(self, message: Nowhere) -> None:
        raise AssertionError("never called")
