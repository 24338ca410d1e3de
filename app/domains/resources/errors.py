"""Refusals about resources."""

from app.core.errors import Conflict, Forbidden, NotFound


class ResourceNotFound(NotFound):
    """There is no such resource, or it is not for the caller."""

    code = "resource_not_found"
    title = "There is no such resource."
    hint = "GET /api/courses/{id}/resources and GET /api/sessions/{id}/resources list those that you may see."


class MayNotShare(Forbidden):
    """Those who may read a course's resources do not all change them."""

    code = "may_not_share"
    title = "You may not change these resources."
    hint = "The course's creator and admins can; those of a session its teacher too."


class TooManyResources(Conflict):
    """The course or the session has as many as there can be."""

    code = "too_many_resources"
    title = "There are as many resources here as there can be."
    hint = "Delete those that are no longer needed."


class ResourcesDiffer(Conflict):
    """The ids are not exactly those of the course's resources, each once."""

    code = "resources_differ"
    title = "The course has other resources than those that were named."
    hint = "Read GET /api/courses/{id}/resources again, then name each resource once."


class FileIsNoLink(Conflict):
    """A link has an address; this is a file."""

    code = "file_is_no_link"
    title = "A file cannot be called a link."
    hint = "Remove the resource and add the address instead."


class SessionResource(Conflict):
    """What belongs to a session is for its people only."""

    code = "session_resource"
    title = "What belongs to a session has no module and is not public."
    hint = "Leave out `module_id` and `is_public`, or add the resource to the course."
