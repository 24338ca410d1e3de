"""Pure rules of the catalogue: how text is searched, what may be published, and who sees what is not on sale."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from app.domains.courses.types import CourseFacts
from app.edge.principal import Principal

_SHORTEST_TITLE = 3
_SHORTEST_DESCRIPTION = 50
_LONGEST_SLUG = 80


def fold(text: str) -> str:
    """Text as it is searched: no case, no accents, and single blanks between the words."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def search_text(title: str, *others: str) -> str:
    """What a search looks through. The title ends at the only line break, so that matches in it can be told apart."""
    return f"{fold(title)}\n{fold(' '.join(others))}"


def search_words(q: str | None) -> list[str]:
    """The words that must all occur, each once."""
    return list(dict.fromkeys(fold(q or "").split()))


def normal_tag(text: str) -> str:
    """A tag as it is stored and asked for."""
    return " ".join(text.lower().split())


def slug_of(title: str) -> str:
    """The title's letters and digits with hyphens; it cannot look like an id, which has an underscore."""
    plain = fold(title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-") or "course"


def missing_for_publication(
    *, title: str, description: str, tag_count: int, session_count: int, session_numbers: Collection[int]
) -> list[str]:
    """What the publish checklist still wants; every bought session must have something to teach."""

    def wanted() -> Iterator[tuple[str, bool]]:
        yield "title", len(title.strip()) < _SHORTEST_TITLE
        yield "description", len(description.strip()) < _SHORTEST_DESCRIPTION
        yield "tags", tag_count == 0
        yield "modules", not session_numbers
        yield "sessions", set(session_numbers) != set(range(1, session_count + 1))

    return [name for name, is_missing in wanted() if is_missing]


def may_manage(course: CourseFacts, viewer: Principal | None) -> bool:
    """Whether the viewer may see and manage the course before and after it is on sale."""
    return viewer is not None and (viewer.is_admin or viewer.user_id == course.creator_id)
