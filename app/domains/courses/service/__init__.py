"""Rules of courses: what is shown to whom, how a course is made and comes on sale, and who may teach it. Other modules use
what is named here."""

from app.domains.courses.service.administering import list_managed, show_managed, suspend, transfer, unsuspend
from app.domains.courses.service.drafting import create_course, delete_draft, start_draft
from app.domains.courses.service.editing import (
    change_fields,
    replace_points,
    replace_tags,
    replace_testimonials,
    replace_topics,
)
from app.domains.courses.service.leaving import erase, export_of, obligations_of
from app.domains.courses.service.managing import find_managed, show_draft
from app.domains.courses.service.modules import (
    add_module,
    change_module,
    order_modules,
    remove_module,
    replace_curriculum,
)
from app.domains.courses.service.publishing import publish, publish_course, retire, unpublish
from app.domains.courses.service.rating import add_course_rating, add_teacher_rating, course_rating, teacher_rating
from app.domains.courses.service.reading import (
    curriculum,
    find_course,
    find_published,
    get_course,
    get_courses,
    get_details,
    get_visible,
    ids_of_creator,
    list_courses,
    list_topics,
    may_read_content,
)
from app.domains.courses.service.slugs import rename_slug
from app.domains.courses.service.teaching import (
    bookable_teacher_ids,
    certifications_for,
    certifications_of,
    certify_teacher,
    get_certification,
    is_bookable_teacher,
    is_certified,
    list_teachers,
    lock_teachers,
    restore_teacher,
    set_teaching,
    teaches,
    withdraw_teacher,
)
from app.domains.courses.service.thumbnails import remove_thumbnail, set_thumbnail
from app.domains.courses.service.topics import add_topic, all_topics, change_topic, found_topic

__all__ = [
    "add_course_rating",
    "add_module",
    "add_teacher_rating",
    "add_topic",
    "all_topics",
    "bookable_teacher_ids",
    "certifications_for",
    "certifications_of",
    "certify_teacher",
    "change_fields",
    "change_module",
    "change_topic",
    "course_rating",
    "create_course",
    "curriculum",
    "delete_draft",
    "erase",
    "export_of",
    "find_course",
    "find_managed",
    "find_published",
    "found_topic",
    "get_certification",
    "get_course",
    "get_courses",
    "get_details",
    "get_visible",
    "ids_of_creator",
    "is_bookable_teacher",
    "is_certified",
    "list_courses",
    "list_managed",
    "list_teachers",
    "list_topics",
    "lock_teachers",
    "may_read_content",
    "obligations_of",
    "order_modules",
    "publish",
    "publish_course",
    "remove_module",
    "remove_thumbnail",
    "rename_slug",
    "replace_curriculum",
    "replace_points",
    "replace_tags",
    "replace_testimonials",
    "replace_topics",
    "restore_teacher",
    "retire",
    "set_teaching",
    "set_thumbnail",
    "show_draft",
    "show_managed",
    "start_draft",
    "suspend",
    "teacher_rating",
    "teaches",
    "transfer",
    "unpublish",
    "unsuspend",
    "withdraw_teacher",
]
