"""/api/admin/audit: who changed what."""

from fastapi import APIRouter

from app.core.pagination import CursorInvalid
from app.domains.audit import service
from app.domains.audit.deps import AuditFilterDep
from app.domains.audit.schemas import AuditEntry
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, AdminUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/admin/audit", tags=["admin"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="audit.list",
    summary="List what was changed, and by whom",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_entries(_caller: AdminUser, wanted: AuditFilterDep, paging: PagingDep, db: Db) -> Page[AuditEntry]:
    """For admins: changes of roles, people and money, newest first. Nobody can change or delete an entry."""
    scope = str(wanted)
    rows = await db.read(service.list_entries, wanted, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, AuditEntry.model_validate, lambda row: moment_position(row.created_at, row.id), scope)
