/** The documentation site as a browser without scripts gets it, below the path of a base URL. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { parseUrl } from "../../src/parse-url.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

const ROOT = join(import.meta.dirname, "../..");
const MAX_BYTES = 60 * 1024;

let host: TestHost;
let origin: string;
beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/docs/build.js", "--strict"], { cwd: ROOT });
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  host = await startTestHost({ CALLBOARD_PORT: String(port), CALLBOARD_BASE_URL: `${origin}/below` });
});
afterAll(() => host.stop());

async function load(path: string) {
  const response = await fetch(origin + path, { headers: { "accept-encoding": "gzip" } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const linksIn = (html: string) => [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link);
const idsIn = (html: string) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id));

describe("the documentation site", () => {
  const pages = new Map<string, Awaited<ReturnType<typeof load>>>();
  beforeAll(async () => {
    const queue = ["/below/docs"];
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (pages.has(path)) continue;
      const page = await load(path);
      pages.set(path, page);
      if (!page.headers.get("content-type")?.startsWith("text/html")) continue;
      queue.push(
        ...linksIn(page.text)
          .map((link) => link.split("#")[0] ?? "")
          .filter((link) => link.startsWith("/below/docs")),
      );
    }
  });

  test("has every document, and every link leads to its place", async () => {
    const names = readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md") && name !== "index.md")
      .map((name) => `/below/docs/${name.replace(".md", "")}`);
    expect(names.filter((name) => !pages.has(name))).toEqual([]);
    expect([...pages].filter(([, { status }]) => status !== 200).map(([path]) => path)).toEqual([]);

    const lost: string[] = [];
    const elsewhere = new Set<string>();
    for (const [path, { text }] of pages) {
      for (const link of linksIn(text)) {
        const [target = "", id] = link.split("#");
        const page = target === "" ? text : pages.get(target)?.text;
        if (page === undefined) elsewhere.add(target);
        else if (id !== undefined && id !== "main" && !idsIn(page).has(id)) lost.push(`${path}: ${link}`);
      }
    }
    expect(lost).toEqual([]);
    for (const target of elsewhere) {
      if (target.startsWith("/below/")) expect([target, (await load(target)).status]).toEqual([target, 200]);
      else expect([target, parseUrl(target)]).toEqual([target, expect.any(URL)]);
    }
  });

  test("needs neither a login nor inline scripts and styles, and a page has at most 60 KiB compressed", async () => {
    for (const [path, { headers, text }] of pages) {
      expect(headers.get("content-security-policy"), path).toMatch(
        /default-src 'none'; script-src 'self'; style-src 'self'/,
      );
      if (!headers.get("content-type")?.startsWith("text/html")) continue;
      expect(text, path).not.toMatch(
        /<style|<[^>]* style="|<script(?! type="module" src=)|<[^>]* on[a-z]+="/,
      );
      const { gzipSync } = await import("node:zlib");
      expect(gzipSync(text).length, path).toBeLessThan(MAX_BYTES);
    }
  });

  test("names every page of its navigation, and marks the one that is shown", () => {
    const { text } = pages.get("/below/docs/delivery")!;
    expect(text).toContain('<a href="/below/docs/delivery" aria-current="page">');
    expect([...text.matchAll(/class="nav-group">([^<]+)/g)].map(([, name]) => name)).toEqual([
      "Start",
      "Guides",
      "Operation",
      "Reference",
      "Project",
      "This server",
    ]);
  });

  test("shows files of the repository that documents link to, as text", () => {
    expect(pages.get("/below/docs/files/deploy/nginx/callboard.conf")?.text).toMatch(
      /<pre class="raw[^>]*>[^<]*proxy_pass/,
    );
    expect(pages.get("/below/docs/files/examples/first-addon.mjs")?.text).toContain("&quot;");
  });

  test("a search finds sections, and escapes what it was given", async () => {
    const { text } = await load("/below/docs?q=retry%20schedule");
    expect(linksIn(text).filter((link) => link.startsWith("/below/docs/delivery#")).length).toBeGreaterThan(
      0,
    );
    const hostile = await load(`/below/docs?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(hostile).toMatchObject({ status: 200, text: expect.stringContaining("No matching sections") });
    expect(hostile.text).not.toContain("<script>alert");
  });

  test.each([
    "/docs/nowhere",
    "/docs/files/package.json",
    "/docs/files/..%2f..%2fpackage.json",
    "/docs/images/x.png",
  ])("%s is not found", async (path) => {
    expect((await load(`/below${path}`)).status).toBe(404);
  });
});
