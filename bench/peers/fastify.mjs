// Fastify with better-sqlite3, as its documentation would have it: prepared statements, a schema for each answer.
// node fastify.mjs PORT FILE
import Database from "better-sqlite3";
import Fastify from "fastify";
import * as catalogue from "./catalogue.mjs";

const [port, file] = process.argv.slice(2);
const db = new Database(file, { readonly: true });
db.pragma("mmap_size = 268435456");
const prepared = new Map();
const statement = (sql) => {
  let found = prepared.get(sql);
  if (!found) prepared.set(sql, (found = db.prepare(sql)));
  return found;
};

const text = { type: "string" };
const maybe = (type) => ({ type, nullable: true });
const number = { type: "integer" };
const texts = { type: "array", items: text };
const object = (properties) => ({ type: "object", properties });
const topic = object({ slug: text, name: text });
const pictures = object({ small: text, medium: text, large: text });
const CARD = {
  id: text, slug: text, title: text, tagline: text, level: text, thumbnail: pictures, topic,
  topics: { type: "array", items: topic }, tags: texts,
  creator: object({ id: text, name: text, handle: text, avatar: { ...pictures, nullable: true } }),
  price_cents: number, currency: text, session_count: number, session_duration_minutes: number, module_count: number,
  rating: maybe("number"), rating_count: number, student_count: number, next_free_at: maybe("string"),
  is_featured: { type: "boolean" }, published_at: text,
};
const PAGE = object({ items: { type: "array", items: object(CARD) }, next_cursor: maybe("string"), limit: number, total: maybe("integer") });
const DETAIL = object({
  ...CARD, description: text, objectives: texts, includes: texts, audience: texts,
  prerequisites: object({ required: texts, nice_to_have: texts, not_required: texts }), testimonials: texts,
});

const labels = (ids) => [
  catalogue.grouped(statement(catalogue.topicsOf(ids)).all(ids), catalogue.topicShown),
  catalogue.grouped(statement(catalogue.tagsOf(ids)).all(ids), catalogue.tagShown),
];

const server = Fastify({ logger: false });
server.addHook("onSend", async (request, reply, body) => {
  if (reply.statusCode !== 200) return body;
  const etag = catalogue.etagOf(body);
  reply.header("etag", etag).header("cache-control", catalogue.CACHE);
  if (request.headers["if-none-match"] !== etag) return body;
  reply.code(304);
  return "";
});
server.get("/api/ready", async () => ({ status: "ok" }));
server.get("/api/courses", { schema: { response: { 200: PAGE } } }, async (request) => {
  const { sql, values, limit } = catalogue.pageOf(request.query);
  const rows = statement(sql).all(values);
  const [topics, tags] = labels(rows.map((row) => row.id));
  return catalogue.page(rows, limit, topics, tags);
});
server.get("/api/courses/:slug", { schema: { response: { 200: DETAIL } } }, async (request, reply) => {
  const row = statement(catalogue.BY_SLUG).get(request.params.slug);
  if (!row) return reply.code(404).send({ code: "not_found" });
  const [topics, tags] = labels([row.id]);
  const points = statement(catalogue.POINTS_OF).all(row.id);
  return catalogue.details(row, topics.get(row.id) ?? [], tags.get(row.id) ?? [], points);
});
await server.listen({ port: Number(port), host: "127.0.0.1" });
