"""What must be true of the books at every moment, recomputed from the rows."""

from app.db.session import ReadSession
from app.domains.payments.ledger import trial_balance
from app.domains.payments.repository import movements as rows


def faults(session: ReadSession) -> list[str]:
    """Every difference, in words; none when the books are sound. Read on one snapshot."""
    found = trial_balance(session)
    total = sum(found.balances.values())
    return [
        *found.faults,
        *([f"all balances together are {total}"] if total else []),
        *(f"{account_id} is overdrawn" for account_id in rows.overdrawn(session)),
        *(f"{sale}: parts do not add up to the price" for sale in rows.sales_split_wrongly(session)),
        *(f"{sale}: parts differ from the ledger" for sale in rows.sales_allocated_wrongly(session)),
        *(f"{sale}: releases differ from the ledger" for sale in rows.sales_released_wrongly(session)),
        *(f"{sale}: parts differ from what was given back" for sale in rows.sales_given_back_wrongly(session)),
    ]
