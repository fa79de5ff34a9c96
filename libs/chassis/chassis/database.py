"""The connection to the database server, with the promises that the delivery design needs."""

from __future__ import annotations

from threading import Lock
from typing import Any

import pymongo
from bson.codec_options import CodecOptions
from pymongo.database import Database
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    NetworkTimeout,
    NotPrimaryError,
    ServerSelectionTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

#: The database is away or changing its primary: wait and try again, however often.
AWAY = (AutoReconnect, ConnectionFailure, NetworkTimeout, NotPrimaryError, ServerSelectionTimeoutError)


_clients: dict[str, pymongo.MongoClient[dict[str, Any]]] = {}
_making = Lock()


def client(uri: str) -> pymongo.MongoClient[dict[str, Any]]:
    """Return this process' one client of a server; it keeps a pool of connections and is made after any fork."""
    with _making:  # extensions are set up side by side
        if uri not in _clients:
            _clients[uri] = pymongo.MongoClient(
                uri,
                serverSelectionTimeoutMS=4000,
                socketTimeoutMS=8000,
                connectTimeoutMS=4000,
                maxPoolSize=20,
                waitQueueTimeoutMS=5000,
            )
        return _clients[uri]


def connect(uri: str, name: str) -> Database[dict[str, Any]]:
    """Return database ``name``: writes are acknowledged by a majority with their journal, times are aware UTC."""
    return client(uri).get_database(
        name,
        codec_options=CodecOptions(tz_aware=True),
        write_concern=WriteConcern("majority", j=True),
        read_concern=ReadConcern("majority"),
    )
