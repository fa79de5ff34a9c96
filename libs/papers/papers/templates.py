"""The office's templates: read once, compiled once, filled in a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from papers import words
from papers.faults import Fault, PaperFaults
from papers.pictures import Pictures

LANGUAGES = ("vi", "en")
_FILTERS: dict[str, Callable[..., str]] = {
    "amount_in_words": words.amount_in_words,
    "day": words.day,
    "grouped": words.grouped,
    "in_groups": words.in_groups,
    "moment": words.moment,
    "money": words.money,
    "number_in_words": words.number_in_words,
    "percent": words.percent,
    "short_day": words.short_day,
    "short_moment": words.short_moment,
    "span": words.span,
    "stamp": words.stamp,
}


class Templates:
    """The templates and texts of one folder.

    Args:
        folder: holds ``<kind>.html``, parts named ``_*.html``, ``texts.vi.yaml`` and ``texts.en.yaml``.
        kinds: the kinds of paper that must be there.

    Attributes:
        texts: language to what ``texts.<language>.yaml`` holds.

    Raises:
        PaperFaults: a file is missing, cannot be read, or is no template.
    """

    def __init__(self, folder: Path, kinds: tuple[str, ...]) -> None:
        self._folder = folder.resolve()
        faults: list[Fault] = []
        self.texts = {language: self._texts(f"texts.{language}.yaml", faults) for language in LANGUAGES}
        self._sources = self._read(faults)
        # the sandbox keeps code from the interpreter; values are escaped; a name that nothing has is a fault
        self._environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._source),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {name: _strict(filter_) for name, filter_ in _FILTERS.items()}
        for name in [*self._sources, *(f"{kind}.html" for kind in kinds)]:
            if name not in self._sources:
                faults.append(Fault(name, 0, "missing"))
                continue
            try:
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                faults.append(Fault(Path(error.filename or name).name, error.lineno, str(error.message)))
        if faults:
            raise PaperFaults(faults)

    def fill(self, kind: str, values: Mapping[str, Any]) -> tuple[str, Pictures]:
        """Return the page of a paper as HTML, and its drawings.

        Raises:
            PaperFaults: the template cannot be filled with these values; names its line.
        """
        pictures = Pictures()
        own = {
            "kind": kind,
            "t": self.texts["vi"],
            "e": self.texts["en"],
            "qr": pictures.qr,
            "code128": pictures.code128,
        }
        try:
            return self._environment.get_template(f"{kind}.html").render({**own, **values}), pictures
        except Exception as error:  # whatever it is, it was met in a template: say where
            raise PaperFaults([self._fault(f"{kind}.html", error)]) from error

    def _fault(self, name: str, error: Exception) -> Fault:
        """Return the fault at the innermost line of a template; one line up is told too, where that is another file."""
        places = [(name, 0)]
        trace = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.parent == self._folder:
                places.append((path.name, trace.tb_lineno))
            trace = trace.tb_next
        if isinstance(error, TemplateSyntaxError):
            places.append((Path(error.filename or name).name, error.lineno))
        told = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
        (above, line), (file, at) = places[-2:] if len(places) > 1 else places * 2
        return Fault(file, at, told if above == file else f"{told} (from {above}:{line})")

    def _source(self, name: str) -> tuple[str, str, None] | None:
        return (self._sources[name], str(self._folder / name), None) if name in self._sources else None

    def _read(self, faults: list[Fault]) -> dict[str, str]:
        sources = {}
        for path in sorted(self._folder.glob("*.html")):
            if not path.resolve().is_relative_to(self._folder):
                faults.append(Fault(path.name, 0, "a link out of the folder"))
                continue
            try:
                sources[path.name] = path.read_text("utf-8")
            except UnicodeDecodeError as error:
                faults.append(Fault(path.name, path.read_bytes()[: error.start].count(b"\n") + 1, "not UTF-8"))
        return sources

    def _texts(self, name: str, faults: list[Fault]) -> dict[str, Any]:
        try:
            loaded = yaml.safe_load((self._folder / name).read_text("utf-8"))
        except FileNotFoundError:
            faults.append(Fault(name, 0, "missing"))
        except UnicodeDecodeError:
            faults.append(Fault(name, 0, "not UTF-8"))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            faults.append(Fault(name, mark.line + 1 if mark else 0, str(error.problem)))
        else:
            if isinstance(loaded, dict):
                return loaded
            faults.append(Fault(name, 1, "not a mapping"))
        return {}


def _strict(filter_: Callable[..., str]) -> Callable[..., str]:
    """Return the filter, refusing a name that nothing has as jinja2's own do."""

    @wraps(filter_)
    def asked(value: Any, *more: Any) -> str:
        return filter_(str(value) if isinstance(value, Undefined) else value, *more)

    return asked
