-- How a server that is not ours would keep a catalogue: a table for each kind of thing, and SQLite's own text search.
CREATE TABLE creators (id TEXT PRIMARY KEY, name TEXT NOT NULL, handle TEXT NOT NULL UNIQUE);
CREATE TABLE topics (slug TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE courses (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  tagline TEXT NOT NULL,
  description TEXT NOT NULL,
  level TEXT NOT NULL,
  creator_id TEXT NOT NULL REFERENCES creators (id),
  thumbnail TEXT NOT NULL,
  price_cents INTEGER NOT NULL,
  currency TEXT NOT NULL,
  session_count INTEGER NOT NULL,
  session_duration_minutes INTEGER NOT NULL,
  module_count INTEGER NOT NULL,
  rating REAL,
  rating_count INTEGER NOT NULL,
  student_count INTEGER NOT NULL,
  next_free_at TEXT,
  is_featured INTEGER NOT NULL,
  published_at TEXT NOT NULL
);
CREATE INDEX courses_newest ON courses (published_at, id);
CREATE INDEX courses_level ON courses (level, published_at, id);
CREATE TABLE course_topics (
  course_id TEXT NOT NULL REFERENCES courses (id),
  position INTEGER NOT NULL,
  slug TEXT NOT NULL REFERENCES topics (slug),
  PRIMARY KEY (course_id, position)
);
CREATE INDEX course_topics_slug ON course_topics (slug, course_id);
CREATE TABLE course_tags (
  course_id TEXT NOT NULL REFERENCES courses (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (course_id, tag)
);
CREATE TABLE course_points (
  course_id TEXT NOT NULL REFERENCES courses (id),
  kind TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (course_id, kind, position)
);
CREATE VIRTUAL TABLE course_words USING fts5 (title, labels, tagline, description);
