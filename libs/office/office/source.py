"""A YAML file read together with the line of everything in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from office.errors import Fault
from office.wording import say

Route = tuple[str | int, ...]
_NULL = "tag:yaml.org,2002:null"


class _PlainText(yaml.SafeLoader):
    """Reads every plain word as text but for null: YAML 1.1 would make a number of 2.000720 and of 07:30."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag == _NULL]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(slots=True)
class Source:
    """One file's ``data`` (mappings, lists, text, None) with the 1-based line of each route into it."""

    file: str
    data: Any = None
    lines: dict[Route, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, route: Route) -> int:
        """Return the line of ``route``, or of the nearest thing around it that is in the file."""
        while route and route not in self.lines:
            route = route[:-1]
        return self.lines.get(route, 1)

    def blame(self, route: Sequence[str | int], key: str, /, **values: object) -> None:
        """Keep a fault at ``route``; ``key`` names its sentence in the catalogues."""
        route = tuple(route)
        self.faults.append(Fault(self.file, self.line(route), path_of(route), say(key, **values)))


def path_of(route: Route) -> str:
    """Return a route as people write it: ``procedures[3].limit.amount``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in route).lstrip(".")


def read_source(path: Path) -> Source:
    """Read one file; whatever hinders the reading is in ``faults`` and leaves ``data`` None."""
    source = Source(path.name)
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_PlainText)
        _refuse_aliases(text, source)
    except FileNotFoundError:
        source.blame((), "missing_file")
    except UnicodeDecodeError:
        source.blame((), "not_utf8")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        source.lines[()] = mark.line + 1 if mark else 1
        source.blame((), "syntax", problem=error.problem or error.context or "")
    except yaml.YAMLError as error:
        source.blame((), "syntax", problem=str(error))
    else:
        if node is None:
            source.blame((), "empty")
        elif not source.faults:
            source.data = _walk(node, (), source)
    return source


def _refuse_aliases(text: str, source: Source) -> None:
    # An alias may close a circle, and it puts one line's fault in another place.
    for token in yaml.scan(text, Loader=_PlainText):
        if isinstance(token, yaml.AliasToken):
            source.lines[()] = token.start_mark.line + 1
            source.blame((), "alias")


def _walk(node: yaml.Node, route: Route, source: Source) -> Any:
    source.lines.setdefault(route, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_walk(child, (*route, index), source) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _walk_mapping(node, route, source)
    return None if node.tag == _NULL else node.value


def _walk_mapping(node: yaml.MappingNode, route: Route, source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, child in node.value:
        key, step = str(key_node.value), (*route, str(key_node.value))
        if key in found:
            source.blame(route, "repeated_key", key=key)
            continue
        source.lines[step] = key_node.start_mark.line + 1
        found[key] = _walk(child, step, source)
    return found
