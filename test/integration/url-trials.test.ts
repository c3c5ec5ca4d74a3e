/** Trials of a visitor's URL on the page of a public event type, without a token. */
import { createSecretKey } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkBody, deriveBodyKey } from "../../src/protocol/body-signature.ts";
import { parseToken } from "../../src/protocol/parsed-token.ts";
import { verifyToken } from "../../src/protocol/token.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { harbor } from "../support/product-document.ts";

/** Returns the value of a challenge, and answers everything else with 200. */
const echo: Answer = ({ body }, response) => {
  const { challenge } = JSON.parse(body.toString()) as { readonly challenge?: string };
  response.end(challenge ?? "thanks");
};

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(echo);
});
afterAll(() => receiver.close());
// A client has 20 trials in a minute.
beforeEach(async () => {
  receiver.answer = echo;
  receiver.received.length = 0;
  host = await startTestHost();
  await host.call("PUT", "/api/v1/products/harbor", harbor());
  await host.call("PUT", "/api/v1/products/harbor/catalogue", { public: true });
});
afterEach(() => host.stop());

const unescapeHtml = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&");

async function post(fields: Readonly<Record<string, string>>, at: TestHost = host, headers: object = {}) {
  const response = await fetch(`${at.url}/catalogue/harbor/crane.stopped`, {
    method: "POST",
    headers: { origin: at.url, "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  });
  const html = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    html: unescapeHtml(html),
    refusal: /<div id="url-error">([^<]*)</.exec(html)?.[1],
    proof: /name="proof" value="([^"]+)"/.exec(html)?.[1] ?? "",
    secret: /<code id="secret"[^>]*>([^<]+)</.exec(html)?.[1] ?? "",
  };
}
const check = (url: string, at = host) => post({ do: "check", url }, at);

describe("a URL that returns the value", () => {
  test("gets a sample that verifies with the secret that was shown", async () => {
    const checked = await check(`${receiver.url}/hook?a=1`);
    expect(checked).toMatchObject({ status: 200, refusal: undefined });
    expect(checked.headers.get("cache-control")).toBe("no-store");
    const [challenge] = receiver.received;
    expect(challenge).toMatchObject({ method: "POST", url: "/hook?a=1" });
    expect(Object.keys(JSON.parse(challenge!.body.toString()) as object)).toEqual(["challenge"]);
    expect(challenge!.headers["authorization"]).toBeUndefined();

    const sent = await post({ do: "send", url: `${receiver.url}/hook?a=1`, proof: checked.proof });
    expect(sent).toMatchObject({ status: 200, refusal: undefined, secret: checked.secret });
    const { headers, body, url } = receiver.received[1]!;
    const token = parseToken(headers.authorization!.replace("JWT ", ""));
    if (!("claims" in token)) throw new Error("no token");
    const verdict = verifyToken(token, {
      keys: [createSecretKey(Buffer.from(checked.secret))],
      request: { method: "POST", rawUrl: url, basePath: "" },
      nowSeconds: Math.floor(Date.now() / 1_000),
    });
    expect(verdict.checks.filter(({ state }) => state === "bad")).toEqual([]);
    const text = (name: string) => headers[name] as string;
    const ofBody = checkBody({
      id: text("webhook-id"),
      timestamp: text("webhook-timestamp"),
      signature: text("webhook-signature"),
      body,
      keys: [deriveBodyKey(checked.secret)],
      nowSeconds: Math.floor(Date.now() / 1_000),
    });
    expect(ofBody.state).toBe("ok");
    expect(JSON.parse(body.toString())).toMatchObject({ type: "crane.stopped", crane: { id: 4 } });
    expect(sent.html).toContain("thanks");
    expect(sent.html).toContain(headers.authorization!);
  });

  test("may be another one of the same origin afterwards", async () => {
    const { proof } = await check(`${receiver.url}/one`);
    expect((await post({ do: "send", url: `${receiver.url}/two`, proof })).refusal).toBeUndefined();
    expect(receiver.received.at(-1)?.url).toBe("/two");
  });

  test("shows status, time and the beginning of its response, escaped", async () => {
    const { proof } = await check(receiver.url);
    receiver.answer = (_request, response) =>
      void response.writeHead(500, { "content-type": "text/html" }).end(`<b>down</b>${"x".repeat(100_000)}`);
    const response = await fetch(`${host.url}/catalogue/harbor/crane.stopped`, {
      method: "POST",
      headers: { origin: host.url, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ do: "send", url: receiver.url, proof }),
    });
    const html = await response.text();
    expect(html).toContain("500");
    expect(html).toMatch(/after \d+ ms|after [\d.]+ s/);
    expect(html).toContain("&lt;b&gt;down&lt;/b&gt;");
    expect(html).not.toContain("<b>down");
    expect(html).not.toContain("x".repeat(1_001));
  });

  test("is not followed to another place", async () => {
    const { proof } = await check(receiver.url);
    receiver.answer = (_request, response) =>
      void response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    const sent = await post({ do: "send", url: receiver.url, proof });
    expect(sent.html).toContain("Redirects are never followed");
    expect(receiver.received.map(({ url }) => url)).not.toContain("/elsewhere");
  });

  test("leaves nothing in the delivery log, and no event", async () => {
    const { proof } = await check(receiver.url);
    await post({ do: "send", url: receiver.url, proof });
    expect((await host.call("GET", "/api/v1/deliveries")).body.items).toEqual([]);
  });
});

describe("a URL that doesn't return the value", () => {
  const refused = async (url: string, at = host) => {
    const { status, refusal, proof } = await check(url, at);
    expect(proof).toBe("");
    return { status, refusal };
  };

  test("gets the same answer, whatever it did, and nothing of its response is shown", async () => {
    const answers: Answer[] = [
      (_request, response) => void response.end("something else"),
      (_request, response) => void response.writeHead(204).end(),
      (_request, response) => void response.destroy(),
      ({ body }, response) => void response.writeHead(404).end(body),
      ({ body }, response) => void response.writeHead(302, { location: `${receiver.url}/x` }).end(body),
      ({ body }, response) => void response.end("y".repeat(5_000) + body.toString()),
    ];
    const seen = new Set<string>();
    for (const answer of answers) {
      receiver.answer = answer;
      seen.add(JSON.stringify(await refused(receiver.url)));
    }
    seen.add(JSON.stringify(await refused(`http://127.0.0.1:${await freePort()}/`)));
    seen.add(JSON.stringify(await refused("http://no-such-host.example/")));
    expect([...seen]).toEqual([expect.stringMatching(/422.*did not return the value/)]);
  });

  test("is given 5 s", { timeout: 20_000 }, async () => {
    // A longer limit would see the right response.
    receiver.answer = ({ body }, response) => void setTimeout(() => response.end(body), 7_000).unref();
    const at = performance.now();
    expect((await refused(receiver.url)).refusal).toContain("within 5 s");
    expect(performance.now() - at).toBeGreaterThan(4_900);
  });

  test("gets no sample, with no proof or that of another origin", async () => {
    const other = await startReceiver(echo);
    try {
      const { proof } = await check(other.url);
      for (const given of ["", "x.y", proof, `${proof}x`]) {
        const { status, refusal } = await post({ do: "send", url: receiver.url, proof: given });
        expect([status, refusal]).toEqual([422, expect.stringContaining("Check the URL first")]);
      }
      expect(receiver.received).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe("a text that is no URL for this", () => {
  test.each([
    "",
    "hello",
    "ftp://addon.example/",
    "https://user:secret@addon.example/",
    "https://addon.example/#x",
  ])("%j is refused by its text, and stays in the form", async (url) => {
    const { status, refusal, html } = await check(url);
    expect([status, refusal]).toEqual([422, expect.any(String)]);
    expect(html).toContain(`value="${url}"`);
    expect(refusal).not.toContain("CALLBOARD_");
  });

  test("the server itself is no target", async () => {
    expect((await check(`${host.url}/healthz`)).status).toBe(422);
  });
});

test("a form of another page is refused", async () => {
  const other = { origin: "https://elsewhere.example" };
  expect((await post({ do: "check", url: receiver.url }, host, other)).status).toBe(403);
  expect((await post({ do: "check", url: receiver.url }, host, { origin: "" })).status).toBe(403);
  expect(receiver.received).toEqual([]);
});

test("a form of more than 16 KiB is refused", async () => {
  expect((await post({ do: "check", url: receiver.url, proof: "x".repeat(17_000) })).status).toBe(413);
});

describe("limits", () => {
  test("a client has 20 in a minute, refused ones included", async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 21; round += 1) statuses.push((await check(receiver.url)).status);
    expect(statuses.slice(0, 20).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect(receiver.received).toHaveLength(20);
  });
});

test("with the profile prod, private addresses are refused also where receivers may have them", async () => {
  const prod = await startTestHost({
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_ALLOW_NETWORKS: "loopback,10.0.0.0/8,vm",
  });
  try {
    await prod.call("PUT", "/api/v1/products/harbor", harbor());
    await prod.call("PUT", "/api/v1/products/harbor/catalogue", { public: true });
    for (const url of [
      "https://127.0.0.1:9/",
      "https://10.0.0.7/",
      "https://vm/",
      "https://localhost/",
      receiver.url,
    ]) {
      const { status, refusal } = await check(url, prod);
      expect([status, refusal]).toEqual([422, expect.stringContaining("public https URL")]);
    }
    expect(receiver.received).toEqual([]);
  } finally {
    await prod.stop();
  }
});
