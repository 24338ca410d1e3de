// The worker: one round trip to D1 for each statement that needs the one before it, the others in a batch.
import * as catalogue from "./catalogue.mjs";

async function labels(db, ids) {
  if (!ids.length) return [new Map(), new Map()];
  const [topics, tags] = await db.batch([
    db.prepare(catalogue.topicsOf(ids)).bind(...ids),
    db.prepare(catalogue.tagsOf(ids)).bind(...ids),
  ]);
  return [
    catalogue.grouped(topics.results, catalogue.topicShown),
    catalogue.grouped(tags.results, catalogue.tagShown),
  ];
}

async function page(db, query) {
  const { sql, values, limit } = catalogue.pageOf(query);
  const { results } = await db.prepare(sql).bind(...values).all();
  return catalogue.page(results, limit, ...(await labels(db, results.map((row) => row.id))));
}

async function course(db, slug) {
  const row = await db.prepare(catalogue.BY_SLUG).bind(slug).first();
  if (!row) return null;
  const [topics, tags, points] = await db.batch([
    db.prepare(catalogue.topicsOf([row.id])).bind(row.id),
    db.prepare(catalogue.tagsOf([row.id])).bind(row.id),
    db.prepare(catalogue.POINTS_OF).bind(row.id),
  ]);
  return catalogue.details(row, topics.results.map(catalogue.topicShown), tags.results.map(catalogue.tagShown), points.results);
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === "/api/ready") return Response.json({ status: "ok" });
    const query = Object.fromEntries(url.searchParams);
    const slug = url.pathname.match(/^\/api\/courses\/([^/]+)$/)?.[1];
    const found = slug ? await course(env.DB, decodeURIComponent(slug)) : await page(env.DB, query);
    if (!found) return Response.json({ code: "not_found" }, { status: 404 });
    const body = JSON.stringify(found);
    const etag = catalogue.etagOf(body);
    const headers = { "content-type": "application/json", etag, "cache-control": catalogue.CACHE };
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
    return new Response(body, { headers });
  },
};
