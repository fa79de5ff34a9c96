"""What a template may show: pictures and fonts of its own folder, and the drawings made for its page. Nothing else."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

from papers.pictures import SCHEME

_SHOWN = frozenset({".css", ".gif", ".jpg", ".jpeg", ".otf", ".png", ".svg", ".ttf", ".woff", ".woff2"})


class Refused(Exception):
    """A template asked for something beyond the fence."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url


class Fence(URLFetcher):
    """Answers weasyprint's requests without network, and from no file outside the folder; a refusal ends the page."""

    def __init__(self, folder: Path, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._folder = folder.resolve()
        self._pictures = pictures

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url.startswith(SCHEME) and url in self._pictures:
            return URLFetcherResponse(url, self._pictures[url], {"Content-Type": "image/svg+xml"})
        parsed = urlsplit(url)
        if parsed.scheme != "file" or parsed.netloc:
            raise Refused(url, "only files of the folder of templates")
        path = Path(unquote(parsed.path)).resolve()
        if not path.is_relative_to(self._folder) or path.suffix.lower() not in _SHOWN:
            raise Refused(url, "only pictures, fonts and style sheets of the folder of templates")
        if not path.is_file():
            raise Refused(url, "no such file")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
