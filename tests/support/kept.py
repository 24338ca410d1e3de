"""What the key-value store holds, seen past its port."""

from sqlalchemy import select

from app.db.kv import KeyValue
from app.db.session import ReadSession


def key_values(session: ReadSession) -> dict[str, str]:
    return {key: value for key, value in session.execute(select(KeyValue.key, KeyValue.value))}  # noqa: C416 - typed
