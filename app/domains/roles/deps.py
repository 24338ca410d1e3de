"""What a list of people can be narrowed to, read from the query."""

from typing import Annotated

from fastapi import Depends, Query

from app.domains.users.types import AccountStatus, PeopleFilter, Role

TextParam = Annotated[
    str | None, Query(min_length=1, max_length=100, description="A part of the name, the handle or the address.")
]
RoleParam = Annotated[Role | None, Query(description="Only people who may do this.")]
StatusParam = Annotated[AccountStatus | None, Query(description="Only accounts that stand like this.")]


async def _wanted(q: TextParam = None, role: RoleParam = None, status: StatusParam = None) -> PeopleFilter:
    return PeopleFilter(q, role, status)


PeopleFilterDep = Annotated[PeopleFilter, Depends(_wanted)]
