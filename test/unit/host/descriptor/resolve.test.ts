import { expect, test } from "vitest";

import { diffWebhooks } from "../../../../src/host/model/webhook-diff.ts";
import { resolveWebhooks } from "../../../../src/host/descriptor/resolve.ts";
import type { WebhookModule } from "../../../../src/protocol/descriptor.ts";

const resolve = (...webhooks: WebhookModule[]) =>
  resolveWebhooks({ baseUrl: "https://bell.example.org/app", webhooks });

test("a webhook is resolved with all its properties", () => {
  const [webhook] = resolve({
    event: "issue_property_set",
    url: "hooks?i={issue.key}",
    params: { kind: "property" },
    filter: "project = DEMO",
    excludeBody: true,
    propertyKeys: ["tags"],
  });

  expect(webhook).toEqual({
    event: "issue_property_set",
    url: "hooks?i={issue.key}",
    resolvedUrl: "https://bell.example.org/app/hooks?i={issue.key}&kind=property",
    params: { kind: "property" },
    filter: "project = DEMO",
    excludeBody: true,
    propertyKeys: ["tags"],
    position: 0,
  });
});

test("an empty filter and empty property keys count as none", () => {
  const [webhook] = resolve({ event: "a", url: "/x", filter: " ", propertyKeys: [] });

  expect(webhook).toEqual({
    event: "a",
    url: "/x",
    resolvedUrl: "https://bell.example.org/app/x",
    params: {},
    excludeBody: false,
    position: 0,
  });
});

test("equal webhooks are merged; another url or filter is another webhook", () => {
  const webhooks = resolve(
    { event: "a", url: "/x", params: { p: "1", q: "2" } },
    { event: "a", url: "x", params: { q: "2", p: "1" } },
    { event: "a", url: "/y" },
    { event: "a", url: "/y", filter: "project = DEMO" },
    { event: "b", url: "/y" },
  );

  expect(webhooks.map(({ position }) => position)).toEqual([0, 2, 3, 4]);
});

test("an upgrade lists added, removed, changed and kept webhooks", () => {
  const before = resolve(
    { event: "a", url: "/a" },
    { event: "b", url: "/b" },
    { event: "c", url: "/c" },
    { event: "d", url: "/d" },
  );
  const after = resolve(
    { event: "d", url: "/d" },
    { event: "a", url: "/a", filter: "project = DEMO" },
    { event: "b", url: "/b2" },
    { event: "e", url: "/e" },
  );

  const diff = diffWebhooks(before, after);

  expect(diff.added.map(({ event }) => event)).toEqual(["e"]);
  expect(diff.removed.map(({ event }) => event)).toEqual(["c"]);
  expect(diff.changed.map((pair) => [pair.before.url, pair.after.url, pair.after.filter])).toEqual([
    ["/a", "/a", "project = DEMO"],
    ["/b", "/b2", undefined],
  ]);
  expect(diff.kept.map((pair) => [pair.before.position, pair.after.position])).toEqual([[3, 0]]);
});

test("webhooks of one event type are paired by url first, then in order", () => {
  const before = resolve({ event: "a", url: "/1" }, { event: "a", url: "/2" }, { event: "a", url: "/3" });
  const after = resolve({ event: "a", url: "/4" }, { event: "a", url: "/2" });

  const diff = diffWebhooks(before, after);

  expect(diff.kept.map((pair) => pair.after.url)).toEqual(["/2"]);
  expect(diff.changed.map((pair) => [pair.before.url, pair.after.url])).toEqual([["/1", "/4"]]);
  expect(diff.removed.map(({ url }) => url)).toEqual(["/3"]);
});

test("a new baseUrl changes every webhook", () => {
  const webhooks = [{ event: "a", url: "/a" }];
  const before = resolveWebhooks({ baseUrl: "https://bell.example.org", webhooks });
  const after = resolveWebhooks({ baseUrl: "https://gong.example.org", webhooks });

  expect(diffWebhooks(before, after).changed).toHaveLength(1);
});

test("an apostrophe is percent-encoded, so that the token verifies with atlassian-jwt", () => {
  const [webhook] = resolveWebhooks({
    baseUrl: "https://addon.example.com",
    webhooks: [{ event: "jira:issue_created", url: "/it's" }],
  });

  expect(webhook!.resolvedUrl).toBe("https://addon.example.com/it%27s");
});
