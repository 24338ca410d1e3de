"""Refusals about files."""

from app.core.errors import Conflict, Forbidden, NotFound, Problem, members


class FileNotFound(NotFound):
    """There is no such file, or it is somebody else's."""

    code = "file_not_found"
    title = "There is no such file."
    hint = "GET /api/files lists your files; one that nothing uses is deleted after a day."


class PurposeNotAllowed(Forbidden):
    """Only people who make or teach courses upload what courses consist of."""

    code = "file_purpose_not_allowed"
    title = "Only those who create or teach courses upload files for this purpose."
    hint = (
        "Apply for courses of your own with POST /api/creator-applications; everybody may upload an avatar or homework."
    )


class FileTypeNotAllowed(Problem):
    """Files for this purpose are of other types."""

    status, code = 422, "file_type_not_allowed"
    title = "Files of this type are not taken for this purpose."
    hint = "`allowed` lists the content types that are."
    context_example = members(allowed=["image/jpeg", "image/png"])


class FileTooLarge(Problem):
    """Files for this purpose are smaller."""

    status, code = 413, "file_too_large"
    title = "The file is too large for this purpose."
    hint = "`most_bytes` says how large it may be."
    context_example = members(most_bytes=5_242_880)


class FileQuotaExceeded(Problem):
    """The files of a person have a limit together."""

    status, code = 413, "file_quota_exceeded"
    title = "Your files would take more room than you have."
    hint = (
        "Delete files that you no longer need; GET /api/files lists them. The room of an upload that was deleted or "
        "refused is free after three quarters of an hour."
    )
    context_example = members(used_bytes=1_070_000_000, most_bytes=1_073_741_824)


class TooManyUploads(Conflict):
    """Too many uploads were begun and not ended."""

    code = "too_many_uploads"
    title = "You began too many uploads that are not complete."
    hint = "Complete or delete some of them; those that are forgotten end by themselves."
    context_example = members(count=50)


class FileNotUploaded(Conflict):
    """Nothing has arrived at the address that was given."""

    code = "file_not_uploaded"
    title = "The file has not arrived yet."
    hint = "Upload it to the address that was answered, then complete it."


class PartsDiffer(Conflict):
    """The parts that were named are not those that arrived."""

    code = "file_parts_differ"
    title = "The parts are not those that were uploaded."
    hint = "Name every part once, in order, with the `ETag` that its upload answered; of a file in one piece name none."


class FileBeingJoined(Conflict):
    """The parts become one file at this moment."""

    code, retryable = "file_being_joined", True
    title = "The parts are being joined."
    hint = "Complete it once more in ten seconds, with the same parts; joining goes on meanwhile."


class FileRefused(Problem):
    """What was uploaded is not what it should be. It was deleted."""

    status, code = 422, "file_refused"
    title = "The file is not what it should be, and was deleted."
    hint = (
        "`reason` is one of size_differs, wrong_content, damaged, two_in_one, too_many_pixels, unpacks_too_large, "
        "unsafe_archive, encrypted, macros, not_utf8. Create another upload with a better file."
    )
    context_example = members(reason="wrong_content")


class FileNotPending(Conflict):
    """Its upload has ended."""

    code = "file_not_pending"
    title = "This upload has ended."
    hint = "GET /api/files/{id} shows how it ended. Create another upload to send something else."


class FileNotReady(Conflict):
    """It was not completed, or it was refused."""

    code = "file_not_ready"
    title = "This file is not ready."
    hint = "Upload it and complete it first."


class FileOfOtherPurpose(Conflict):
    """It was uploaded for something else, under other rules."""

    code = "file_of_other_purpose"
    title = "This file was uploaded for another purpose."
    hint = "Upload it again for this purpose."


class FileInUse(Conflict):
    """Something uses it."""

    code = "file_in_use"
    title = "This file is in use."
    hint = "Upload it once more to use it elsewhere. Remove it where it is used, and it is deleted by itself."


class FileIsPicture(Conflict):
    """What was uploaded is gone; the pictures made from it are public."""

    code = "file_is_picture"
    title = "Pictures are not downloaded: `image` has their public addresses."
    hint = "GET /api/files/{id} shows them."
