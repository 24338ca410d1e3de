"""SQL of passkeys."""

from sqlalchemy import delete, func, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.passkeys.models import Passkey
from app.domains.passkeys.types import NewPasskey, PasskeyId
from app.domains.users.types import UserId


def passkey(session: ReadSession, passkey_id: PasskeyId) -> Passkey | None:
    return session.get(Passkey, passkey_id)


def passkeys_of(session: ReadSession, user_id: UserId) -> list[Passkey]:
    statement = select(Passkey).where(Passkey.user_id == user_id)
    return list(session.scalars(statement.order_by(Passkey.created_at, Passkey.id)))


def count(session: ReadSession, user_id: UserId) -> int:
    return session.scalar(select(func.count()).where(Passkey.user_id == user_id)) or 0


def insert(session: WriteSession, user_id: UserId, name: str, new: NewPasskey) -> bool:
    """Whether it was stored; not when somebody has this credential."""
    row = {
        "id": new.id,
        "user_id": user_id,
        "name": name,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
        "created_at": session.now,
    }
    return insert_or_skip(session, Passkey, row) == 1


def use(session: WriteSession, passkey_id: PasskeyId, user_id: UserId, sign_count: int) -> bool:
    """Compare-and-set: the counter must grow, unless the device has none and it is zero for ever (Level 3, 7.2)."""
    grows = Passkey.sign_count < sign_count if sign_count else Passkey.sign_count == 0
    statement = update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id, grows)
    return session.change(statement.values(sign_count=sign_count, last_used_at=session.now)) == 1


def rename(session: WriteSession, passkey_id: PasskeyId, user_id: UserId, name: str) -> bool:
    statement = update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    return session.change(statement.values(name=name)) == 1


def remove(session: WriteSession, passkey_id: PasskeyId, user_id: UserId) -> bool:
    return session.change(delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)) == 1


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Passkey.name, Passkey.created_at, Passkey.last_used_at).where(Passkey.user_id == user_id)
    return plain_rows(session, statement.order_by(Passkey.created_at.desc(), Passkey.id))


def delete_all(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(Passkey).where(Passkey.user_id == user_id))
