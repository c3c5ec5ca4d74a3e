/** The catalogue of a product that is open to everyone, over HTTP and without a token. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { harbor } from "../support/product-document.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  const scopes = { "cranes.read": { description: "Read <cranes>" } };
  await host.call("PUT", "/api/v1/products/harbor", { ...harbor(), scopes });
  await host.call("POST", "/api/v1/sites", {
    key: "quay-of-secrets",
    product: "harbor",
    name: "Hidden quay",
  });
  await host.call("POST", "/api/v1/sites/quay-of-secrets/webhooks", {
    name: "Hidden receiver",
    url: "http://localhost:9/hidden-url",
    events: ["crane.stopped"],
  });
});
afterAll(() => host.stop());

const publish = (isPublic: boolean, product = "harbor") =>
  host.call("PUT", `/api/v1/products/${product}/catalogue`, { public: isPublic });
const open = (path: string, headers: Readonly<Record<string, string>> = { accept: "text/html" }) =>
  fetch(`${host.url}/catalogue/${path}`, { headers });
const readText = async (path: string) => (await open(path)).text();

/** What an answer says, without what is another one each time. */
async function readAnswer(path: string, headers: Readonly<Record<string, string>>) {
  const response = await open(path, headers);
  const withoutId = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
  const names = [...response.headers].filter(([name]) => !["date", "x-request-id"].includes(name));
  return { status: response.status, headers: names, body: withoutId(await response.text()) };
}

describe("a product that isn't public", () => {
  test.each([["text/html"], ["application/json"], ["*/*"]])(
    "looks like one that doesn't exist to a client that accepts %s",
    async (accept) => {
      for (const [hidden, missing] of [
        ["harbor", "nowhere"],
        ["harbor?q=crane", "nowhere?q=crane"],
        ["harbor.json", "nowhere.json"],
        ["harbor/crane.stopped", "nowhere/crane.stopped"],
        ["harbor/crane.stopped.json", "nowhere/crane.stopped.json"],
        ["jira", "nowhere"],
      ]) {
        const answer = await readAnswer(hidden!, { accept });
        expect(answer.status).toBe(404);
        expect(answer).toEqual(await readAnswer(missing!, { accept }));
        expect(answer.body).not.toMatch(/harbor|nowhere|crane/i);
      }
    },
  );

  test("is not tried either", async () => {
    const post = (product: string) =>
      fetch(`${host.url}/catalogue/${product}/crane.stopped`, {
        method: "POST",
        headers: { origin: host.url, "content-type": "application/x-www-form-urlencoded" },
        body: "do=check&url=http://localhost:9/",
      });
    expect([(await post("harbor")).status, (await post("nowhere")).status]).toEqual([404, 404]);
  });
});

describe("the switch", () => {
  test("is shown by the API, is audited once, and says the same again without a change", async () => {
    expect((await host.call("GET", "/api/v1/products/harbor")).body.public).toBe(false);
    expect((await publish(true)).body).toMatchObject({ product: "harbor", public: true, origin: "own" });
    expect((await publish(true)).body.public).toBe(true);
    expect((await host.call("GET", "/api/v1/products/harbor")).body.public).toBe(true);
    const { items } = (await host.call("GET", "/api/v1/audit?limit=500")).body;
    const found = (items as { action: string; object: string }[]).filter(
      ({ action }) => action === "product.published",
    );
    expect(found.map(({ object }) => object)).toEqual(["harbor"]);
  });

  test("closes the catalogue at once", async () => {
    await publish(true);
    expect((await open("harbor")).status).toBe(200);
    await publish(false);
    expect((await open("harbor")).status).toBe(404);
    expect((await open("harbor.json")).status).toBe(404);
  });

  test("is refused for a product that doesn't exist, and for a token that may only read", async () => {
    expect((await publish(true, "nowhere")).body.code).toBe("PRODUCT_UNKNOWN");
    const { body } = await host.call("POST", "/api/v1/tokens", { name: "reader", scopes: ["read"] });
    const refused = await host.call(
      "PUT",
      "/api/v1/products/harbor/catalogue",
      { public: true },
      { authorization: `Bearer ${(body as { token: string }).token}` },
    );
    expect(refused.body.code).toBe("SCOPE");
  });

  test("doesn't outlive its product", async () => {
    await host.call("PUT", "/api/v1/products/ferry", { ...harbor(), product: "ferry" });
    await publish(true, "ferry");
    expect((await open("ferry")).status).toBe(200);
    expect((await host.call("DELETE", "/api/v1/products/ferry")).status).toBe(204);
    expect((await open("ferry")).status).toBe(404);
    await host.call("PUT", "/api/v1/products/ferry", { ...harbor(), product: "ferry" });
    expect((await open("ferry")).status).toBe(404);
  });

  test("is a button of the product's page", async () => {
    await publish(false);
    const session = await logIn(host);
    const page = "/admin/settings/products/product/harbor";
    expect(await (await session.get(page)).text()).toContain("Publish catalogue");
    const done = await session.post(`${page}/catalogue`, { csrf: session.csrf, public: "yes" });
    expect(done.headers.get("location")).toBe(`${page}?notice=catalogue-published`);
    expect((await open("harbor")).status).toBe(200);
    expect(await (await session.get(page)).text()).toContain("Unpublish catalogue");
    await session.post(`${page}/catalogue`, { csrf: session.csrf, public: "no" });
    expect((await open("harbor")).status).toBe(404);
  });
});

describe("a public catalogue", () => {
  beforeAll(async () => {
    await publish(true);
    await publish(true, "jira");
    await publish(true, "backlog");
  });

  test("lists the event types by group, with a search", async () => {
    const page = await readText("harbor");
    expect(page).toContain("Harbor event types");
    expect(page).toContain("A crane has stopped, by hand or by itself.");
    expect(page).toContain('href="/catalogue/harbor/crane.stopped"');
    const found = await readText("harbor?q=halted");
    expect(found).toContain("/catalogue/harbor/crane.halted");
    expect(found).not.toContain("/catalogue/harbor/crane.stopped");
    expect(await readText("harbor?q=anchor")).toContain("No matching event types");
  });

  test("shows an event type with sample, schema, headers, claims, code and descriptor", async () => {
    const page = (await readText("harbor/crane.stopped")).replaceAll("&quot;", '"');
    expect(page).toContain('"reason": "wind"');
    expect(page).toContain('"$ref": "#/schemas/CraneStopped"');
    expect(page).toContain('Replaced by <a class="mono" href="/catalogue/harbor/crane.halted">');
    for (const header of ["authorization", "webhook-signature", "x-atlassian-webhook-identifier"])
      expect(page).toContain(`>${header}<`);
    for (const claim of ["iss", "iat", "exp", "qsh"]) expect(page).toContain(`>${claim}<`);
    expect(page).toContain('addon.on("crane.stopped"');
    expect(page).toContain("export function verifyToken");
    expect(page).toContain('"event": "crane.stopped"');
  });

  test("has a built-in product, by any name of its event types", async () => {
    expect(await readText("jira?q=issue_created")).toContain("/catalogue/jira/jira%3Aissue_created");
    expect(await readText("jira/jira%3Aissue_created")).toContain("JSON Schema");
    const backlog = await readText("backlog/issue_created");
    expect(backlog).toContain("outgoing webhook");
    expect(backlog).not.toContain("verifyToken");
  });

  test("names no site, receiver, token, version or user", async () => {
    const { version } = (await host.call("GET", "/api/v1/products/harbor")).body;
    expect(version).toBeGreaterThan(0);
    for (const path of ["harbor", "harbor.json", "harbor/crane.stopped", "harbor/crane.stopped.json"]) {
      const text = await readText(path);
      expect(text).not.toMatch(
        /quay|hidden (?:quay|receiver)|hidden-url|subscriber|createdBy|updatedAt|"version"|cb_/i,
      );
    }
  });

  test("is there as JSON, whose schemas refer to its own schemas", async () => {
    const { body } = await host.call("GET", "/catalogue/harbor.json", undefined, { authorization: "" });
    expect(body).toMatchObject({ product: "harbor", name: "Harbor", next: null });
    expect(body.items).toHaveLength(2);
    expect(body.items[0]).toMatchObject({
      event: "crane.stopped",
      status: "deprecated",
      replacedBy: "crane.halted",
      schema: { $ref: "#/schemas/CraneStopped" },
      sample: { type: "crane.stopped", crane: { id: 4 }, reason: "wind" },
    });
    expect(body.scopes).toEqual([{ name: "cranes.read", description: "Read <cranes>" }]);
    expect(await readText("harbor")).toContain("Read &lt;cranes&gt;");
    expect(Object.keys(body.schemas).toSorted()).toEqual(["Crane", "CraneStopped"]);
    const byHeader = await open("harbor", { accept: "application/json" });
    expect(await byHeader.json()).toEqual(body);
    const one = await open("harbor/crane.halted.json");
    expect(await one.json()).toMatchObject({ product: "harbor", event: "crane.halted", schemas: {} });
  });

  test("is paged as JSON", async () => {
    const first = (await host.call("GET", "/catalogue/jira.json?limit=5")).body;
    expect(first.items).toHaveLength(5);
    const second = (await host.call("GET", `/catalogue/jira.json?limit=5&cursor=${first.next}`)).body;
    expect(second.items[0].event).not.toBe(first.items[0].event);
    for (const query of ["limit=101", "limit=x", "cursor=x"])
      expect((await host.call("GET", `/catalogue/jira.json?${query}`)).body.code).toBe("QUERY_INVALID");
  });

  test.each(["harbor", "harbor.json", "harbor/crane.stopped", "harbor?q=crane"])(
    "%s is kept by caches, which ask whether it has changed",
    async (path) => {
      const first = await open(path);
      const etag = first.headers.get("etag") ?? "";
      expect(first.headers.get("cache-control")).toBe("public, max-age=0, must-revalidate");
      expect(first.headers.get("vary")).toBe("accept");
      // `fetch` would add a Cache-Control of its own.
      const askAgain = () =>
        host.call("GET", `/catalogue/${path}`, undefined, {
          authorization: "",
          accept: "text/html",
          "if-none-match": etag,
        });
      const again = await askAgain();
      expect([again.status, again.text]).toEqual([304, ""]);
      const changed = harbor();
      changed.events["crane.halted"]!["description"] = `Changed at ${performance.now()}`;
      await host.call("PUT", "/api/v1/products/harbor", changed);
      expect((await askAgain()).status).toBe(200);
      await publish(false);
      expect((await askAgain()).status).toBe(404);
      await publish(true);
    },
  );

  test("answers the two forms with different tags", async () => {
    const html = await open("harbor");
    const json = await open("harbor", { accept: "application/json" });
    expect(html.headers.get("etag")).not.toBe(json.headers.get("etag"));
  });

  test("has the policy of pages, and answers HEAD and other methods", async () => {
    const response = await open("harbor");
    expect(response.headers.get("content-security-policy")).toContain(
      "default-src 'none'; script-src 'self'",
    );
    const head = await fetch(`${host.url}/catalogue/harbor`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const product of ["harbor", "nowhere"]) {
      const other = await fetch(`${host.url}/catalogue/${product}`, { method: "DELETE" });
      expect([other.status, other.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  test("has no event type of another product, and no operational one", async () => {
    for (const event of ["jira:issue_created", "endpoint.paused", "crane", "constructor"])
      expect((await open(`harbor/${encodeURIComponent(event)}`)).status).toBe(404);
  });

  test("shows text of a hostile document as text", async () => {
    const attack = `<img src=x onerror=alert(1)>"'</script>`;
    await host.call("PUT", "/api/v1/products/evil", {
      product: "evil",
      name: attack,
      description: attack,
      events: {
        attack: {
          name: attack,
          description: attack,
          group: attack,
          fields: [{ path: "a", type: "string", required: true, note: attack }],
          sample: { a: attack },
        },
      },
    });
    await publish(true, "evil");
    for (const path of ["evil", "evil/attack", `evil?q=${encodeURIComponent(attack)}`])
      expect(await readText(path)).not.toContain("<img");
  });
});

test("a client has its own limit of requests, whether a catalogue is there or not", async () => {
  const limited = await startTestHost();
  try {
    let last: Response | undefined;
    for (let count = 0; count < 241; count += 1) last = await fetch(`${limited.url}/catalogue/nowhere`);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await fetch(`${limited.url}/admin/login`)).status).toBe(200);
  } finally {
    await limited.stop();
  }
});
