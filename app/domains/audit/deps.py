"""What the audit log can be narrowed to, read from the query."""

from typing import Annotated

from fastapi import Depends, Query

from app.core.ids import id_pattern
from app.domains.audit.types import AuditFilter, SubjectIdField
from app.edge.schemas import Instant

_WORD = "[a-z]+(_[a-z]+)*"
_LONGEST_WORD = 64

ActorParam = Annotated[str | None, Query(pattern=id_pattern("usr"), description="The person who did it.")]
SubjectTypeParam = Annotated[
    str | None,
    Query(max_length=_LONGEST_WORD, pattern=f"^{_WORD}$", description="What kind of thing it was done to: `user`."),
]
SubjectParam = Annotated[SubjectIdField | None, Query(description="The person or thing that it was done to.")]
ActionParam = Annotated[
    str | None,
    Query(max_length=_LONGEST_WORD, pattern=rf"^{_WORD}\.{_WORD}$", description="What was done: `user.suspended`."),
]
SinceParam = Annotated[Instant | None, Query(description="Entries of this instant and later.")]
UntilParam = Annotated[Instant | None, Query(description="Entries before this instant.")]


async def _wanted(
    actor_id: ActorParam = None,
    subject_type: SubjectTypeParam = None,
    subject_id: SubjectParam = None,
    action: ActionParam = None,
    since: SinceParam = None,
    until: UntilParam = None,
) -> AuditFilter:
    return AuditFilter(actor_id, subject_type, subject_id, action, since, until)


AuditFilterDep = Annotated[AuditFilter, Depends(_wanted)]
