"""What speaks for us in a dispute, and sending it."""

import sys
from dataclasses import replace

from app.domains.calendar import service as calendar
from app.domains.users import service as users
from tests.domains.refunds.test_disputes import dispute, row
from tests.support.learning import EVERY_DAY
from tests.support.refunding import PRICE, Sale
from tests.support.world import World


async def test_the_pack_is_gathered_and_sent(world: World) -> None:
    sale = await Sale.make(world)
    known = await dispute(sale)
    found = await row(sale)
    path = f"/api/admin/disputes/{found['id']}/evidence"
    pack = (await sale.admin.get(path)).json()
    assert (pack["amount_cents"], pack["buyer"]["name"], pack["place"]["sessions_bought"]) == (PRICE, "Sam Sample", 2)
    assert "enrollment_started" in {mail["template"] for mail in pack["mails"]}

    body = {"statement": "Both were there, as the log shows.", "is_final": False}
    saved = await sale.admin.post(path, body)
    assert (saved.status_code, saved.json()["evidence_sent_at"]) == (200, None)
    sent = await sale.admin.post(path, body | {"is_final": True})
    assert sent.json()["evidence_sent_at"]
    await world.settle()
    assert (await row(sale))["status"] == "under_review"
    late = await sale.admin.post(path, body | {"statement": "And another thing."})
    assert (late.status_code, late.json()["code"]) == (409, "dispute_closed")
    seen = await world.app.state.providers.payments.get_dispute(known)
    assert seen.has_evidence
    assert (await sale.admin.get(path)).json()["statement"] == body["statement"]


async def test_a_mail_that_was_not_sent_is_no_evidence(world: World) -> None:
    sale = await Sale.make(world)
    await world.write(
        calendar.set_availability, sale.teacher.user_id, timezone="UTC", buffer_minutes=15, windows=EVERY_DAY
    )
    await world.write(users.mark_email_bounced, sale.buyer.user_id, world.clock.now())
    booking = {"enrollment_id": sale.enrollment_id, "starts_at": "2026-12-02T10:00:00Z"}
    assert (await sale.buyer.post("/api/sessions", booking)).status_code == 201
    await dispute(sale)
    pack = (await sale.admin.get(f"/api/admin/disputes/{(await row(sale))['id']}/evidence")).json()
    assert [lesson["teacher"]["name"] for lesson in pack["sessions"]] == ["Tess Template"]
    assert "session_booked" not in {mail["template"] for mail in pack["mails"]}


async def test_a_statement_whose_answer_was_lost_is_ours_and_known_to_be_with_the_bank(world: World) -> None:
    sale = await Sale.make(world)
    await dispute(sale)
    path = f"/api/admin/disputes/{(await row(sale))['id']}/evidence"
    body = {"statement": "Both were there, as the log shows.", "is_final": True}
    await sale.fault("lost_after", "POST /v1/disputes/*")
    assert (await sale.admin.post(path, body)).status_code == 503
    await world.settle()
    assert (await row(sale))["evidence_sent_at"]
    assert (await sale.admin.get(path)).json()["statement"] == body["statement"]
    late = await sale.admin.post(path, body | {"statement": "And another thing."})
    assert (late.status_code, late.json()["code"]) == (409, "dispute_closed")
    assert (await sale.admin.get(path)).json()["statement"] == body["statement"]


async def test_only_a_bank_that_takes_no_more_is_said_to(world: World) -> None:
    """Another refusal is not: the deadline goes on, and what was not taken is not kept as if it were."""
    sale = await Sale.make(world)
    known = await dispute(sale)
    path = f"/api/admin/disputes/{(await row(sale))['id']}/evidence"
    first, second = ({"statement": words, "is_final": False} for words in ("They came.", "They came twice."))
    assert (await sale.admin.post(path, first)).status_code == 200
    await sale.fault("refuse", "POST /v1/disputes/*")
    refused = await sale.admin.post(path, second)
    assert (refused.status_code, refused.json()["code"]) == (502, "provider_rejected")
    assert (await sale.admin.get(path)).json()["statement"] == first["statement"]
    assert (await sale.admin.post(path, second)).status_code == 200
    world.clock.advance(days=7)
    admin = await world.log_in(sale.admin.user_id, sale.admin.email)
    late = await admin.post(path, second | {"statement": "Too late."})
    assert (late.status_code, late.json()["code"]) == (409, "dispute_closed")
    await sale.control("disputes", known, "lose")
    await world.settle()
    over = await admin.post(path, second)
    assert (over.status_code, over.json()["code"]) == (409, "dispute_closed")
    assert (await admin.get(path)).json()["statement"] == second["statement"]


async def test_the_pack_is_printed_for_the_bank(world: World) -> None:
    sale = await Sale.make(world)
    await dispute(sale)
    path = f"/api/admin/disputes/{(await row(sale))['id']}/evidence.pdf"
    made = await sale.admin.get(path)
    assert (made.status_code, made.headers["content-type"]) == (200, "application/pdf")
    assert made.headers["cache-control"] == "private, no-store"
    assert made.content.startswith(b"%PDF-")
    assert (await sale.buyer.get(path)).status_code == 403
    assert "typst" not in sys.modules


async def test_somebody_who_left_does_not_take_the_evidence_along(world: World) -> None:
    sale = await Sale.make(world)
    await sale.hold(2)
    world.clock.advance(days=4)
    await world.settle()
    await dispute(sale)
    buyer = await world.log_in(sale.buyer.user_id, sale.buyer.email)
    left = await buyer.delete("/api/users/me")
    assert left.status_code == 204, left.text
    await world.settle()
    sale = replace(sale, admin=await world.log_in(sale.admin.user_id, sale.admin.email))
    path = f"/api/admin/disputes/{(await row(sale))['id']}/evidence"
    known = (await sale.admin.get(path)).json()["buyer"]
    assert (known["id"], known["email"], known["joined_at"]) == (buyer.user_id, None, None)
    assert (await sale.admin.get(f"{path}.pdf")).content.startswith(b"%PDF-")
    assert (await sale.admin.post(path, {"statement": "They were taught.", "is_final": False})).status_code == 200
