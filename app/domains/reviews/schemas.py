"""Bodies of the reviews API."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.reviews.types import SCORES, ReviewIdField, ReviewKind, Stars
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SHORTEST, _LONGEST = 10, 2000
_TEACHER_OPINION = {"rating": 5, "comment": "Patient, well prepared, and never without an example."}
_COURSE_OPINION = {
    "rating": 4,
    "clarity": 5,
    "relevance": 5,
    "depth": 3,
    "comment": "Clear from the first workflow on. I would have liked more about errors.",
}
_REPLY = {"text": "Thank you, Sam. A module about errors is on its way.", "replied_at": "2026-12-09T10:00:00Z"}
_REVIEW: dict[str, Any] = {
    "id": "rev_01kbq2z7m8e6h9s0t3v5x7y9za",
    "kind": "course",
    "course": {"id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb", "slug": "intro-to-n8n", "title": "Intro to n8n"},
    "teacher_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zc",
    "author": {"name": "Sam", "handle": None},
    **_COURSE_OPINION,
    "created_at": "2026-12-08T17:00:00Z",
    "edited_at": None,
    "reply": _REPLY,
}
_SESSION_OPINION = {"rating": 5, "teaching": 5, "interaction": 5, "materials": 4, "comment": "Much clearer now."}
_SESSION_RATING = _SESSION_OPINION | {"created_at": "2026-12-03T11:00:00Z"}

Score = Annotated[int, Field(ge=SCORES[0], le=SCORES[-1])]
Comment = Annotated[ProseField, Field(min_length=_SHORTEST, max_length=_LONGEST)]


class TeacherReviewBody(ApiModel):
    """What a student says about the teacher."""

    model_config = ConfigDict(json_schema_extra=example("Patient", _TEACHER_OPINION))

    rating: Score = Field(description="Stars, 1 to 5.")
    comment: Comment = Field(description="Why, in at least 10 characters. Everybody can read it.")


class CourseReviewBody(TeacherReviewBody):
    """What a student says about a course's material."""

    model_config = ConfigDict(json_schema_extra=example("Clear", _COURSE_OPINION))

    clarity: Score | None = Field(None, description="How clear it is, 1 to 5.")
    relevance: Score | None = Field(None, description="How useful it is, 1 to 5.")
    depth: Score | None = Field(None, description="How deep it goes, 1 to 5.")


class ReviewAuthor(ApiModel):
    """Who wrote a review, as far as they want to be seen."""

    model_config = ConfigDict(json_schema_extra=example("With a private profile", {"name": "Sam", "handle": None}))

    name: str = Field(description="The first name; the whole one of people with a public profile.")
    handle: str | None = Field(description="For GET /api/users/{handle}; null unless the profile is public.")


class ReviewCourse(ApiModel):
    """The course that was taken."""

    model_config = ConfigDict(json_schema_extra=example("Intro to n8n", _REVIEW["course"]))

    id: CourseIdField = Field(description="The course's id.")
    slug: str = Field(description="Unique short name, used in addresses.")
    title: str = Field(description="The course's title.")


class ReviewReply(ApiModel):
    """What the reviewed person answered."""

    model_config = ConfigDict(json_schema_extra=example("Thanks", _REPLY))

    text: str = Field(description="The answer; may have line breaks.")
    replied_at: Instant = Field(description="When it was given first.")


class Review(ApiModel):
    """What a student says about a course or its teacher, as everybody sees it."""

    model_config = ConfigDict(json_schema_extra=example("Of a course", _REVIEW))

    id: ReviewIdField = Field(description="The review's id.")
    kind: ReviewKind = Field(strict=False, description="What it is about: the course's material, or the teacher.")
    course: ReviewCourse = Field(description="The course that was taken.")
    teacher_id: UserIdField = Field(description="Who taught it.")
    author: ReviewAuthor = Field(description="Who wrote it.")
    rating: int = Field(description="Stars, 1 to 5.")
    clarity: int | None = Field(description="How clear the material is, 1 to 5; null when not said.")
    relevance: int | None = Field(description="How useful it is, 1 to 5; null when not said.")
    depth: int | None = Field(description="How deep it goes, 1 to 5; null when not said.")
    comment: str | None = Field(description="Why; may have line breaks. Null when its author has left.")
    created_at: Instant = Field(description="When it was written.")
    edited_at: Instant | None = Field(description="When its author changed it last; null when never.")
    reply: ReviewReply | None = Field(description="What the reviewed person answered.")


class PlaceReview(Review):
    """A review with the place it came from, for the people of the place and administrators."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Of a course",
            _REVIEW | {"enrollment_id": "enr_01kbq2z7m8e6h9s0t3v5x7y9za", "hidden_at": None, "hidden_reason": None},
        )
    )

    enrollment_id: EnrollmentIdField = Field(description="The place in the course.")
    hidden_at: Instant | None = Field(description="When an administrator hid it; null when it is to be seen.")
    hidden_reason: str | None = Field(description="Why it was hidden, for its author to read.")


class StarCount(ApiModel):
    """How many reviews gave so many stars."""

    model_config = ConfigDict(json_schema_extra=example("Five stars", {"stars": 5, "count": 2}))

    stars: int = Field(description="The stars, 1 to 5.")
    count: int = Field(description="How many reviews gave them.")


class RatingSummary(ApiModel):
    """What the reviews of a course or a teacher amount to."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Three reviews",
            {
                "rating": 4.67,
                "rating_count": 3,
                "stars": [
                    {"stars": score, "count": count} for score, count in ((5, 2), (4, 1), (3, 0), (2, 0), (1, 0))
                ],
            },
        )
    )

    rating: float | None = Field(description="The average to two decimals, a half rounded up; null without reviews.")
    rating_count: int = Field(description="How many reviews there are.")
    stars: list[StarCount] = Field(description="How they are spread, from five stars to one.")

    @classmethod
    def of(cls, found: Stars) -> Self:
        """From the counted stars."""
        spread = [StarCount(stars=score, count=found.counts[score]) for score in reversed(SCORES)]
        return cls(rating=found.rating.average, rating_count=found.rating.count, stars=spread)


class ReplyBody(ApiModel):
    """What the reviewed person answers."""

    model_config = ConfigDict(json_schema_extra=example("Thanks", {"text": _REPLY["text"]}))

    text: Comment = Field(description="The answer, in at least 10 characters. Everybody can read it.")


class HideBody(ApiModel):
    """Why a review is hidden."""

    model_config = ConfigDict(json_schema_extra=example("Insult", {"reason": "It insults the teacher."}))

    reason: Annotated[ProseField, Field(min_length=3, max_length=1000)] = Field(
        description="For the review's author to read, and for the audit log."
    )


class ReviewVisibility(ApiModel):
    """Whether a review is to be seen. Without its words: answers are kept for repeated requests, longer than an author
    who leaves may want."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Hidden",
            {
                "id": _REVIEW["id"],
                "hidden_at": "2026-12-09T10:00:00Z",
                "hidden_reason": "It insults the teacher.",
            },
        )
    )

    id: ReviewIdField = Field(description="The review's id.")
    hidden_at: Instant | None = Field(description="When an administrator hid it; null when it is to be seen.")
    hidden_reason: str | None = Field(description="Why it was hidden, for its author to read.")


class SessionRatingBody(ApiModel):
    """How the caller found a session."""

    model_config = ConfigDict(json_schema_extra=example("A student's", _SESSION_OPINION))

    rating: Score = Field(description="Stars for the session, 1 to 5.")
    teaching: Score | None = Field(None, description="How it was taught, 1 to 5; from students only.")
    interaction: Score | None = Field(None, description="How the two got on, 1 to 5; from students only.")
    materials: Score | None = Field(None, description="How the material helped, 1 to 5; from students only.")
    comment: Annotated[ProseField, Field(max_length=_LONGEST)] | None = Field(
        None, description="Why; only the two of the session can read it."
    )


class SessionRating(ApiModel):
    """How one of the two found a session."""

    model_config = ConfigDict(json_schema_extra=example("A student's", _SESSION_RATING))

    rating: int = Field(description="Stars for the session, 1 to 5.")
    teaching: int | None = Field(description="How it was taught, 1 to 5; null when not said.")
    interaction: int | None = Field(description="How the two got on, 1 to 5; null when not said.")
    materials: int | None = Field(description="How the material helped, 1 to 5; null when not said.")
    comment: str | None = Field(description="Why; null when not said.")
    created_at: Instant = Field(description="When it was given.")


class SessionFeedback(ApiModel):
    """How the two people rated a session, as one of them sees it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "The own one",
            {
                "session_id": "ses_01kbq2z7m8e6h9s0t3v5x7y9za",
                "can_rate": False,
                "own": _SESSION_RATING,
                "other": None,
            },
        )
    )

    session_id: SessionIdField = Field(description="The session.")
    can_rate: bool = Field(description="Whether the caller may rate it now: it was held, and they have not yet.")
    own: SessionRating | None = Field(description="The caller's rating.")
    other: SessionRating | None = Field(description="The other one's; shown once the caller has rated too.")
