"""The courses of a running server, as its API shows them, in the tables of a peer."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx

_FOLDER: Final = Path(__file__).parent
_POINTS: Final = ("objectives", "includes", "audience")
_PREREQUISITES: Final = ("required", "nice_to_have", "not_required")
_COPIED: Final = (
    "id", "slug", "title", "tagline", "description", "level", "price_cents", "currency", "session_count",
    "session_duration_minutes", "module_count", "rating", "rating_count", "student_count", "next_free_at", "is_featured",
    "published_at",
)  # fmt: skip


def copy_courses(base_url: str, file: Path) -> list[str]:
    """Write all courses on sale to a new SQLite file; answers their slugs."""
    slugs = []
    with httpx.Client(base_url=base_url, timeout=20) as http, sqlite3.connect(file) as books:
        books.executescript((_FOLDER / "schema.sql").read_text(encoding="utf-8"))
        for number, slug in enumerate(_slugs(http), 1):
            _put(books, number, http.get(f"/api/courses/{slug}").raise_for_status().json())
            slugs.append(slug)
    books.close()
    return slugs


def _slugs(http: httpx.Client) -> Iterator[str]:
    query = {"limit": "100"}
    while True:
        page = http.get("/api/courses", params=query).raise_for_status().json()
        yield from (item["slug"] for item in page["items"])
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


def _put(books: sqlite3.Connection, number: int, course: dict[str, Any]) -> None:
    creator, topics = course["creator"], course["topics"]
    books.execute("INSERT OR IGNORE INTO creators VALUES (:id, :name, :handle)", creator)
    books.executemany("INSERT OR IGNORE INTO topics VALUES (:slug, :name)", topics)
    values = {name: course[name] for name in _COPIED} | {"number": number, "creator_id": creator["id"]}
    values["thumbnail"] = course["thumbnail"]["small"].removesuffix("/320.webp")
    _insert(books, "courses", values)
    for position, topic in enumerate(topics):
        _insert(books, "course_topics", {"course_id": course["id"], "position": position, "slug": topic["slug"]})
    for tag in course["tags"]:
        _insert(books, "course_tags", {"course_id": course["id"], "tag": tag})
    points = {kind: course[kind] for kind in _POINTS} | {kind: course["prerequisites"][kind] for kind in _PREREQUISITES}
    for kind, texts in points.items():
        for position, text in enumerate(texts):
            _insert(
                books, "course_points", {"course_id": course["id"], "kind": kind, "position": position, "text": text}
            )
    labels = " ".join([*course["tags"], *(topic["name"] for topic in topics)])
    books.execute(
        "INSERT INTO course_words (rowid, title, labels, tagline, description) VALUES (?, ?, ?, ?, ?)",
        (number, course["title"], labels, course["tagline"], course["description"]),
    )


def _insert(books: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    books.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})", values)
