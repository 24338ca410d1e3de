"""The mails of the Resend twin, for people (pages) and for tools (JSON)."""

import base64
import re
from datetime import datetime
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.sandbox.books import Books, Record
from app.sandbox.pages import render
from app.sandbox.resend.api import EMAILS
from app.sandbox.resend.message import message_of

_SHOWN = 100
_LINK = re.compile(r"""(https?://[^\s<>"']*[^\s<>"'.,;:!?)\]}])""")
_MEDIA_TYPE = re.compile(r"[ -~]{1,200}")


def create_inbox(books: Books) -> Starlette:
    """The inbox of everybody: `/`, `/{id}`, `/{id}.eml`, `/{id}/attachments/{n}`, and `/messages?to=…` for tools."""
    inbox = _Inbox(books)
    return Starlette(
        routes=[
            Route("/", inbox.listing, methods=["GET"]),
            Route("/messages", inbox.messages, methods=["GET"]),
            Route("/{email_id}.eml", inbox.message, methods=["GET"]),
            Route("/{email_id}", inbox.mail, methods=["GET"]),
            Route("/{email_id}/attachments/{number:int}", inbox.attachment, methods=["GET"]),
        ]
    )


class _Inbox:
    def __init__(self, books: Books) -> None:
        self._books = books

    async def listing(self, request: Request) -> Response:
        address = request.query_params.get("to", "").strip()
        mails = [_view(email) for email in self._newest(address)[:_SHOWN]]
        return render("inbox.html", base=_base(request), address=address, mails=mails)

    async def messages(self, request: Request) -> Response:
        return JSONResponse([_message(email) for email in self._newest(request.query_params.get("to", "").strip())])

    async def mail(self, request: Request) -> Response:
        email = self._books.get(EMAILS, request.path_params["email_id"])
        return render("mail.html", base=_base(request), mail=_view(email)) if email else _missing()

    async def message(self, request: Request) -> Response:
        email = self._books.get(EMAILS, request.path_params["email_id"])
        headers = {"Content-Disposition": 'attachment; filename="mail.eml"', "X-Content-Type-Options": "nosniff"}
        return Response(message_of(email), headers=headers, media_type="message/rfc822") if email else _missing()

    async def attachment(self, request: Request) -> Response:
        email = self._books.get(EMAILS, request.path_params["email_id"])
        wanted = request.path_params["number"]
        if email is None or wanted >= len(email["attachments"]):
            return _missing()
        return _download(email["attachments"][wanted])

    def _newest(self, address: str) -> list[Record]:
        emails = reversed(self._books.all(EMAILS))
        return [email for email in emails if not address or address.lower() in map(str.lower, email["to"])]


def _view(email: Record) -> Record:
    """The mail as the templates want it. Every second piece of its text is a link."""
    pieces = _LINK.split(email.get("text", ""))
    sent_at = datetime.fromisoformat(email["created_at"])
    return {
        "id": email["id"],
        "sender": email["from"],
        "to": ", ".join(email["to"]),
        "subject": email["subject"],
        "created_at": email["created_at"],
        "sent": f"{sent_at:%d %b %Y, %H:%M:%S} UTC",
        "pieces": pieces,
        "links": list(dict.fromkeys(pieces[1::2])),
        "html": email.get("html", ""),
        "filenames": [attachment["filename"] for attachment in email["attachments"]],
    }


def _message(email: Record) -> Record:
    return {
        "id": email["id"],
        "to": ", ".join(email["to"]),
        "subject": email["subject"],
        "text": email.get("text", ""),
        "created_at": email["created_at"],
        "attachments": [
            {"filename": item["filename"], "content_type": _media_type(item), "content": item["content"]}
            for item in email["attachments"]
        ],
    }


def _download(attachment: Record) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment['filename'], safe='')}",
        "Content-Type": _media_type(attachment),
        "X-Content-Type-Options": "nosniff",
    }
    return Response(base64.b64decode(attachment["content"]), headers=headers)


def _media_type(attachment: Record) -> str:
    given = attachment.get("content_type", "")
    return given if _MEDIA_TYPE.fullmatch(given) else "application/octet-stream"


def _missing() -> Response:
    return render("refused.html", status=404, twin="inbox", message="There is no such mail.")


def _base(request: Request) -> str:
    """Where the inbox is mounted, for the pages' links."""
    return str(request.scope.get("root_path", ""))
