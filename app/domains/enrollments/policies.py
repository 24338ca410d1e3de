"""Conditions about the two people of a place, for queries of what happens between them."""

from typing import Literal

from sqlalchemy import ColumnElement, SQLColumnExpression, or_

from app.domains.users.types import UserId


def is_one_of_two(
    user_id: UserId,
    role: Literal["student", "teacher"] | None,
    *,
    student: SQLColumnExpression[UserId],
    teacher: SQLColumnExpression[UserId],
) -> ColumnElement[bool]:
    """That the person is the one whose id is in the role's column; in either of them without a role."""
    match role:
        case "student":
            return student == user_id
        case "teacher":
            return teacher == user_id
        case None:
            return or_(student == user_id, teacher == user_id)
