"""/api/admin/disputes/{id}/evidence, and .pdf: what speaks for us, and sending it to the bank."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.db.session import ReadSession
from app.domains.enrollments.deps import Payments
from app.domains.evidence import policies, service
from app.domains.evidence.deps import PrinterDep
from app.domains.evidence.policies.paper import paper_of
from app.domains.evidence.schemas import EvidenceBody, EvidencePack, EvidenceSent
from app.domains.refunds import service as refunds
from app.domains.refunds.errors import DisputeClosed, DisputeNotFound
from app.domains.refunds.types import DisputeFacts, DisputeIdField
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.principal import ADMIN, RECENT_ADMIN, AdminUser, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/admin/disputes", tags=["admin"], route_class=StrictRoute)

DisputePath = Annotated[DisputeIdField, Path(description="The dispute.")]


@router.get(
    "/{dispute_id}/evidence",
    operation_id="admin_disputes.evidence",
    summary="Show what speaks for us in a dispute",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, DisputeNotFound),
)
async def get_evidence(dispute_id: DisputePath, _caller: AdminUser, db: Db) -> EvidencePack:
    """For admins: the payment, every booking with who was in the room when, what the buyer handed in with its hash, and
    what the buyer was mailed in the last days."""
    return EvidencePack.model_validate(await db.read(service.gather, dispute_id))


@router.get(
    "/{dispute_id}/evidence.pdf",
    operation_id="admin_disputes.evidence_pdf",
    summary="Download what speaks for us in a dispute",
    response_class=Response,
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, DisputeNotFound, ProviderUnavailable)
    | {200: {"description": "The pack on paper.", "content": {"application/pdf": {}}}},
)
async def get_evidence_pdf(dispute_id: DisputePath, _caller: AdminUser, db: Db, printer: PrinterDep) -> Response:
    """For admins: the same pack for a bank to read, with every time in UTC and as both people's clocks showed it, and
    the SHA-256 of the pack. The same pack makes the same bytes."""
    pack = EvidencePack.model_validate(await db.read(service.gather, dispute_id)).model_dump(mode="json")
    headers = {"Content-Disposition": f'attachment; filename="{dispute_id}.pdf"'}
    return Response(await printer.print(paper_of(pack)), headers=headers, media_type="application/pdf")


@router.post(
    "/{dispute_id}/evidence",
    operation_id="admin_disputes.send_evidence",
    summary="Send evidence to the bank",
    openapi_extra=audience("admin"),
    responses=problems(
        *RECENT_ADMIN, DisputeNotFound, DisputeClosed, IdempotencyKeyReused, ProviderUnavailable, ProviderRejected
    ),
)
async def send_evidence(
    dispute_id: DisputePath,
    body: EvidenceBody,
    caller: RecentAdmin,
    _idem: OptionalIdempotency,
    db: Db,
    provider: Payments,
) -> EvidenceSent:
    """For admins with a recent log-in. Sends the pack with the statement through the payment
    service; repeatable, an Idempotency-Key changes nothing here. What is final is the last that the bank takes."""

    def read(session: ReadSession) -> tuple[DisputeFacts, dict[str, Any]]:
        return refunds.get_dispute(session, dispute_id), service.gather(session, dispute_id)

    dispute, found = await db.read(read)
    pack = EvidencePack.model_validate(found | {"statement": body.statement}).model_dump(mode="json")
    before = await db.write(refunds.keep_statement, dispute.id, caller.user_id, body.statement)
    try:
        await provider.submit_evidence(
            reference=service.reference_of(dispute, pack, is_final=body.is_final),
            dispute_id=dispute.provider_id,
            evidence=policies.evidence_of(pack),
            is_final=body.is_final,
        )
    except ProviderRejected:
        await db.write(refunds.restore_statement, dispute.id, refused=body.statement, before=before)
        if not policies.takes_evidence(await provider.get_dispute(dispute.provider_id), db.clock.now()):
            raise DisputeClosed from None
        raise
    if body.is_final:
        await db.write(refunds.note_evidence, dispute.id, caller.user_id)
    sent_at = (await db.read(refunds.get_dispute, dispute.id)).evidence_sent_at
    return EvidenceSent(dispute_id=dispute.id, is_final=body.is_final, evidence_sent_at=sent_at)
