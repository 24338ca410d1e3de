"""Refusals shared by all adapters that receive webhooks."""

from app.core.errors import Problem


class WebhookRefused(Problem):
    """The delivery is not a genuine, fresh event of this provider. Nothing was stored."""

    status, code = 400, "webhook_refused"
    title = "This is not a genuine, fresh event."
    hint = "Check the signing secret and the sender's clock."
