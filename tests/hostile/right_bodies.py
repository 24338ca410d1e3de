"""Bodies of the studio, of coursework and of reviews that look hostile and are right: names of cases by operation."""


def left_out(*names: str) -> tuple[str, ...]:
    """Nothing is said of what may also be null."""
    return tuple(f"{name}: {how}" for name in names for how in ("removed", "null"))


_MODULE = (
    "title: SQL",
    *left_out("description"),
    "description: SQL",
    "session_number: removed",
    "duration_minutes: removed",
)
STUDIO = {
    "courses.create": ("title: SQL",),
    "courses.change": (
        "body: price",
        *(f"{name}: SQL" for name in ("title", "tagline", "description")),
        *left_out("tagline", "description"),
        *(
            f"{name}: removed"
            for name in (
                "title",
                "renew_slug",
                "level",
                "price_cents",
                "currency",
                "session_count",
                "session_duration_minutes",
            )
        ),
    ),
    "courses.replace_curriculum": ("session_count: removed", *(f"modules/0/{case}" for case in _MODULE)),
    "modules.add": _MODULE,
    "modules.change": ("title: removed", *_MODULE),
    **{
        f"courses.replace_{name}": ("items: list of text",)
        for name in ("objectives", "includes", "target_audience", "tags")
    },
    "courses.replace_prerequisites": tuple(
        f"{name}: list of text" for name in ("required", "nice_to_have", "not_required")
    ),
    "courses.replace_testimonials": (
        *(f"items/0/{name}: SQL" for name in ("quote", "student_name", "student_role")),
        *left_out("items/0/student_role"),
        "items/0/is_featured: removed",
    ),
    "admin_topics.add": ("slug: date only", "slug: seconds"),
    "admin_topics.change": ("name: SQL", *(f"{name}: removed" for name in ("name", "position", "is_active"))),
    "certifications.change": ("reason: SQL",),
}
_HOMEWORK = (
    "title: SQL",
    "instructions: SQL",
    *left_out("module_id", "due_within_days", "max_points"),
    "is_required: removed",
)
_RESOURCE = ("title: SQL", *left_out("file_id"))
COURSEWORK = {
    "homework.create": (*_HOMEWORK, "is_active: removed"),
    "homework.change": (*_HOMEWORK, *(f"{name}: removed" for name in ("title", "instructions", "is_active"))),
    "homework.submit": ("text: SQL", *left_out("url", "file_id")),
    "resources.add": (*_RESOURCE, *left_out("module_id"), "is_public: removed"),
    "resources.add_to_session": _RESOURCE,
    "resources.change": (
        "title: SQL",
        *left_out("module_id"),
        *(f"{name}: removed" for name in ("title", "kind", "is_public")),
    ),
}
REVIEWS = {
    "teacher_reviews.change": ("comment: SQL",),
    "course_reviews.change": ("comment: SQL", *left_out("clarity", "relevance", "depth")),
    "reviews.reply": ("text: SQL",),
}
