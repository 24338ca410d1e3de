// What both peers in JavaScript share: the statements, and how rows become what the API shows.
import { createHash } from "node:crypto";

const CARD = `SELECT c.*, p.name AS creator_name, p.handle AS creator_handle
  FROM courses c JOIN creators p ON p.id = c.creator_id`;
const NEWEST = "ORDER BY c.published_at DESC, c.id DESC LIMIT ?";
export const BY_SLUG = `${CARD} WHERE c.slug = ?`;
export const POINTS_OF = "SELECT kind, text FROM course_points WHERE course_id = ? ORDER BY kind, position";
export const FOUND = `${CARD} JOIN (SELECT rowid, bm25(course_words, 8, 4, 2, 1) AS place FROM course_words
  WHERE course_words MATCH ?) f ON f.rowid = c.number ORDER BY f.place, c.id LIMIT ?`;

const marks = (ids) => ids.map(() => "?").join(", ");
export const topicsOf = (ids) => `SELECT t.course_id, t.slug, n.name FROM course_topics t JOIN topics n ON n.slug = t.slug
  WHERE t.course_id IN (${marks(ids)}) ORDER BY t.course_id, t.position`;
export const tagsOf = (ids) =>
  `SELECT course_id, tag FROM course_tags WHERE course_id IN (${marks(ids)}) ORDER BY course_id, tag`;

const FILTERS = {
  topic: "c.id IN (SELECT course_id FROM course_topics WHERE slug = ?)",
  level: "c.level = ?",
  min_price_cents: "c.price_cents >= ?",
  max_price_cents: "c.price_cents <= ?",
};

export function pageOf(query) {
  const limit = Number(query.limit ?? 20) + 1;
  if (query.q) {
    const words = query.q.split(/\s+/).map((word) => `"${word.replaceAll('"', "")}"*`);
    return { sql: FOUND, values: [words.join(" "), limit], limit };
  }
  const names = Object.keys(FILTERS).filter((name) => query[name] !== undefined);
  const wanted = names.length ? `WHERE ${names.map((name) => FILTERS[name]).join(" AND ")}` : "";
  const values = names.map((name) => (name.endsWith("_cents") ? Number(query[name]) : query[name]));
  return { sql: `${CARD} ${wanted} ${NEWEST}`, values: [...values, limit], limit };
}

export function grouped(rows, shown) {
  const found = new Map();
  for (const row of rows) {
    const list = found.get(row.course_id);
    if (list) list.push(shown(row));
    else found.set(row.course_id, [shown(row)]);
  }
  return found;
}

export const topicShown = (row) => ({ slug: row.slug, name: row.name });
export const tagShown = (row) => row.tag;

export function card(row, topics, tags) {
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    tagline: row.tagline,
    level: row.level,
    thumbnail: {
      small: `${row.thumbnail}/320.webp`,
      medium: `${row.thumbnail}/640.webp`,
      large: `${row.thumbnail}/1280.webp`,
    },
    topic: topics[0],
    topics,
    tags,
    creator: { id: row.creator_id, name: row.creator_name, handle: row.creator_handle, avatar: null },
    price_cents: row.price_cents,
    currency: row.currency,
    session_count: row.session_count,
    session_duration_minutes: row.session_duration_minutes,
    module_count: row.module_count,
    rating: row.rating,
    rating_count: row.rating_count,
    student_count: row.student_count,
    next_free_at: row.next_free_at,
    is_featured: row.is_featured === 1,
    published_at: row.published_at,
  };
}

export function page(rows, limit, topics, tags) {
  const shown = rows.slice(0, limit - 1);
  const items = shown.map((row) => card(row, topics.get(row.id) ?? [], tags.get(row.id) ?? []));
  const last = shown.at(-1);
  const next = rows.length === limit ? btoa(JSON.stringify([last.published_at, last.id])) : null;
  return { items, next_cursor: next, limit: limit - 1, total: null };
}

export function details(row, topics, tags, points) {
  const lists = Object.fromEntries(
    ["objectives", "includes", "audience", "required", "nice_to_have", "not_required"].map((kind) => [kind, []]),
  );
  for (const { kind, text } of points) lists[kind].push(text);
  const { objectives, includes, audience, ...prerequisites } = lists;
  return {
    ...card(row, topics, tags),
    description: row.description,
    objectives,
    includes,
    audience,
    prerequisites,
    testimonials: [],
  };
}

export const etagOf = (body) => `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
export const CACHE = "public, max-age=10, s-maxage=300, stale-while-revalidate=60, stale-if-error=86400";
