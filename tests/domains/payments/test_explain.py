"""The way of a payment's money, for each who is concerned."""

from tests.support.refunding import PRICE, Sale
from tests.support.world import Actor, World


async def explained(sale: Sale, by: Actor) -> dict[str, object]:
    answer = await by.get(f"/api/transactions/{sale.transaction_id}/explain")
    found: dict[str, object] = answer.raise_for_status().json()
    return found


async def test_everybody_sees_their_own_side_from_gross_to_net(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.hold()
    await sale.refund()
    buyer = await explained(sale, sale.buyer)
    assert (buyer["viewer"], buyer["gross_cents"], buyer["refunded_cents"], buyer["net_cents"]) == (
        "buyer",
        PRICE,
        12450,
        12450,
    )
    assert [(line["what"], line["amount_cents"]) for line in buyer["lines"]] == [  # type: ignore[attr-defined]
        ("sale", PRICE),
        ("refund", 12450),
        ("refund_paid", -12450),
    ]
    assert [share["amount_cents"] for share in buyer["shares"]] == [3735, 3735, 17430]  # type: ignore[attr-defined]

    teacher = await explained(sale, sale.teacher)
    assert (teacher["viewer"], teacher["net_cents"]) == ("recipient", 8716)
    assert {line["recipient_id"] for line in teacher["lines"]} == {sale.teacher.user_id}  # type: ignore[attr-defined]
    first = teacher["lines"][0]  # type: ignore[index]
    assert (first["what"], first["amount_cents"], first["rule"], first["rule_version"]) == (
        "allocate",
        17430,
        "gross-15-15-70",
        1,
    )

    admin = await explained(sale, sale.admin)
    assert {"sale", "allocate", "release", "fee", "refund", "refund_paid", "keep"} == {
        line["what"]
        for line in admin["lines"]  # type: ignore[attr-defined]
    }
    assert admin["net_cents"] == 3735 - 752 - 1868
    assert [line["step"] for line in admin["lines"]] == list(range(1, len(admin["lines"]) + 1))  # type: ignore[attr-defined, arg-type]
    stranger = await world.member("Stig Stranger")
    assert (await stranger.get(f"/api/transactions/{sale.transaction_id}/explain")).status_code == 404
