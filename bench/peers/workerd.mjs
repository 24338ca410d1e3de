// workerd with a local D1, started by miniflare as wrangler would.
// node workerd.mjs PORT FILE
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { Miniflare } from "miniflare";

const [port, file] = process.argv.slice(2);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: Number(port),
  modules: [
    { type: "ESModule", path: here("worker.mjs") },
    { type: "ESModule", path: here("catalogue.mjs") },
  ],
  modulesRoot: here("."),
  compatibilityDate: "2025-10-01",
  compatibilityFlags: ["nodejs_compat"],
  d1Databases: { DB: "catalogue" },
});

const TABLES = ["creators", "topics", "courses", "course_topics", "course_tags", "course_points"];
const MOST = 90; // parameters of a statement of D1

async function fill(d1, books) {
  const made = books.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'course_words_%'").all();
  for (const { sql } of made) await d1.prepare(sql).run();
  for (const table of TABLES) await copy(d1, books, table, books.prepare(`SELECT * FROM ${table}`).all());
  const words = books.prepare("SELECT rowid, * FROM course_words").all();
  await copy(d1, books, "course_words", words);
}

async function copy(d1, books, table, rows) {
  if (!rows.length) return;
  const names = Object.keys(rows[0]);
  const place = `(${names.map(() => "?").join(", ")})`;
  const size = Math.floor(MOST / names.length);
  const statements = [];
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size);
    const sql = `INSERT INTO ${table} (${names.join(", ")}) VALUES ${part.map(() => place).join(", ")}`;
    statements.push(d1.prepare(sql).bind(...part.flatMap((row) => Object.values(row))));
  }
  for (let start = 0; start < statements.length; start += 200) await d1.batch(statements.slice(start, start + 200));
}

const books = new Database(file, { readonly: true });
await fill(await miniflare.getD1Database("DB"), books);
books.close();
process.stdout.write("filled\n");
process.on("SIGTERM", async () => {
  await miniflare.dispose();
  process.exit(0);
});
