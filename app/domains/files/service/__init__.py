"""Rules about files. Other domains attach, release and download them (`using`)."""

from app.domains.files.service.avatars import remove_avatar, set_avatar
from app.domains.files.service.leaving import erase, export_of
from app.domains.files.service.sweeping import is_kept, list_kept, sweep, unknown_keys
from app.domains.files.service.uploading import (
    create,
    delete,
    finish,
    get_pending,
    get_unfinished,
    list_own,
    refuse,
    set_upload_id,
)
from app.domains.files.service.using import attach, get_facts, get_own, hand_over, release, sign_download

__all__ = [
    "attach",
    "create",
    "delete",
    "erase",
    "export_of",
    "finish",
    "get_facts",
    "get_own",
    "get_pending",
    "get_unfinished",
    "hand_over",
    "is_kept",
    "list_kept",
    "list_own",
    "refuse",
    "release",
    "remove_avatar",
    "set_avatar",
    "set_upload_id",
    "sign_download",
    "sweep",
    "unknown_keys",
]
