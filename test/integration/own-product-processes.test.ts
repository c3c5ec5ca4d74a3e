/** Own products over two processes on one PostgreSQL: a change that one makes is in force for what the other accepts next. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const event = { description: "A crane has moved", group: "Cranes", sample: {} };
const harbor = (...events: readonly string[]) => ({
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  events: Object.fromEntries(events.map((name) => [name, event])),
});

let one: TestHost;
let other: TestHost;
beforeAll(async () => {
  const env = environmentOfSeveral(await newPostgresUrl());
  one = await startTestHost(env);
  other = await startTestHost(env);
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});

const put = (document: object, query = "") => one.call("PUT", `/api/v1/products/harbor${query}`, document);
const publish = (name: string) =>
  other.call("POST", "/api/v1/sites/quay/events", { event: name, payload: {} });

test("an event that the other process accepts right after a change is one of the new product", async () => {
  await put(harbor("crane.stopped"));
  await one.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
  await waitFor(async () => expect((await publish("crane.stopped")).status).toBe(202));
  for (let round = 0; round < 20; round += 1) {
    const name = `crane.round-${round}`;
    await put(harbor("crane.stopped", name));
    expect((await publish(name)).body.notes).toBeUndefined();
  }
});

test("an event right after another envelope has the new one", async () => {
  for (let round = 0; round < 20; round += 1) {
    const member = `what${round}`;
    await put({ ...harbor("crane.stopped"), envelope: { event: member } });
    const { id } = (await publish("crane.stopped")).body;
    const { body } = await other.call("GET", `/api/v1/sites/quay/events/${id}`);
    expect(JSON.parse(body.body)).toEqual({ [member]: "crane.stopped" });
  }
});

describe("a catalogue that one process makes public", () => {
  const openAt = async (host: TestHost, path = "harbor") =>
    (await fetch(`${host.url}/catalogue/${path}`, { headers: { accept: "text/html" } })).status;
  const publish = (isPublic: boolean) =>
    one.call("PUT", "/api/v1/products/harbor/catalogue", { public: isPublic });

  test("is public in the other one, and closed there too", async () => {
    await put(harbor("crane.stopped"));
    expect(await openAt(other)).toBe(404);
    await publish(true);
    await waitFor(async () => expect(await openAt(other)).toBe(200));
    expect((await other.call("GET", "/api/v1/products/harbor")).body.public).toBe(true);
    await publish(false);
    await waitFor(async () => expect(await openAt(other)).toBe(404));
  });

  test("has the same tag in both, and a check of a URL counts in both", async () => {
    const receiver = await startReceiver(({ body }, response) => void response.end(body));
    try {
      await publish(true);
      await waitFor(async () => expect(await openAt(other, "harbor/crane.stopped")).toBe(200));
      const tagAt = async ({ url }: TestHost) =>
        (await fetch(`${url}/catalogue/harbor.json`)).headers.get("etag");
      expect(await tagAt(one)).toBe(await tagAt(other));
      const post = async ({ url }: TestHost, fields: Record<string, string>) => {
        const response = await fetch(`${url}/catalogue/harbor/crane.stopped`, {
          method: "POST",
          headers: { origin: url, "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ url: receiver.url, ...fields }).toString(),
        });
        return response.text();
      };
      const proof = /name="proof" value="([^"]+)"/.exec(await post(one, { do: "check" }))?.[1] ?? "";
      expect(await post(other, { do: "send", proof })).toContain("Request as sent");
      expect(receiver.received).toHaveLength(2);
    } finally {
      await receiver.close();
      await publish(false);
    }
  });
});

test("the other process lists and deletes what one process created", async () => {
  await put({ ...harbor("berth.freed"), product: "harbor" });
  await waitFor(async () => {
    const { body } = await other.call("GET", "/api/v1/catalogue/harbor");
    expect(body.items.map((item: { event: string }) => item.event)).toEqual(["berth.freed"]);
  });
  await one.call("DELETE", "/api/v1/sites/quay");
  expect((await other.call("DELETE", "/api/v1/products/harbor")).status).toBe(204);
  await waitFor(async () => expect((await one.call("GET", "/api/v1/catalogue/harbor")).status).toBe(404));
});

test("patches of both processes at once are all kept", async () => {
  await put(harbor("crane.stopped"));
  const names = Array.from({ length: 10 }, (_, index) => `berth.${index}`);
  const answers = await Promise.all(
    names.map((name, index) =>
      (index % 2 === 0 ? one : other).call("PATCH", `/api/v1/products/harbor/events/${name}`, event),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
  const { document } = (await one.call("GET", "/api/v1/products/harbor")).body;
  expect(Object.keys(document.events)).toEqual(expect.arrayContaining(["crane.stopped", ...names]));
});
