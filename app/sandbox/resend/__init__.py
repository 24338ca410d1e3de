"""The Resend twin: it takes mails as Resend does and keeps them in an inbox for people and tools."""

from app.sandbox.resend.api import create_resend_twin
from app.sandbox.resend.inbox import create_inbox

__all__ = ["create_inbox", "create_resend_twin"]
