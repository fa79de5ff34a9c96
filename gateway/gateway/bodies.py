"""Request bodies: strict JSON in UTF-8, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from chassis.plain import NotJson, NotUtf8, decode
from gateway.problems import Problem


class Parser(FlaskParser):
    """webargs' parser with problems for what is not JSON; unknown query parameters are faults too."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != "application/json":
            raise Problem("wrong-content-type", 415, expected="application/json")
        body = req.get_data(cache=True)
        if req.content_length is None and len(body) >= (req.max_content_length or len(body) + 1):
            raise RequestEntityTooLarge  # werkzeug cuts a chunked body at the limit without a word
        try:
            return decode(body)
        except NotUtf8:
            raise Problem("bad-encoding", 400) from None
        except NotJson:
            raise Problem("bad-json", 400) from None


class Resource(Blueprint):
    """A blueprint whose arguments go through ``Parser``."""

    ARGUMENTS_PARSER = Parser()
