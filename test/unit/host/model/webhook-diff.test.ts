import { describe, expect, test } from "vitest";
import { diffWebhooks, identifyWebhook } from "../../../../src/host/model/webhook-diff.ts";
import type { ResolvedWebhook } from "../../../../src/protocol/descriptor.ts";

/** A webhook like "issue_created /a". */
function webhook(text: string, given: Partial<ResolvedWebhook> = {}): ResolvedWebhook {
  const [event = "", url = ""] = text.split(" ");
  return {
    event,
    url,
    resolvedUrl: `https://addon.example${url}`,
    params: {},
    excludeBody: false,
    position: 0,
    ...given,
  };
}
const short = ({ event, url }: ResolvedWebhook) => `${event} ${url}`;

describe("webhook identity", () => {
  const one = webhook("a /x", { params: { p: "1", q: "2" }, filter: "f", propertyKeys: ["k", "l"] });

  test.each<[string, Partial<ResolvedWebhook>, boolean]>([
    ["in another place", { position: 7 }, true],
    ["with its params in another order", { params: { q: "2", p: "1" } }, true],
    ["with its property keys in another order", { propertyKeys: ["l", "k"] }, true],
    ["with a URL that is written otherwise and means the same", { url: "x" }, true],
    ["of another event", { event: "b" }, false],
    ["at another URL", { resolvedUrl: "https://addon.example/y" }, false],
    ["with another param", { params: { p: "1", q: "3" } }, false],
    ["with another filter", { filter: "g" }, false],
    ["with a body filter", { bodyFilter: { a: 1 } }, false],
    ["without the body", { excludeBody: true }, false],
    ["with other property keys", { propertyKeys: ["k"] }, false],
  ])("%s", (_what, given, isSame) => {
    expect(identifyWebhook({ ...one, ...given }) === identifyWebhook(one)).toBe(isSame);
  });

  test("body filters are equal whatever the order of their members", () => {
    const identify = (bodyFilter: object) => identifyWebhook({ ...one, bodyFilter: { ...bodyFilter } });
    expect(identify({ b: 2, a: { $lt: 1, $gt: 0 } })).toBe(identify({ a: { $gt: 0, $lt: 1 }, b: 2 }));
    expect(identify({ a: { $in: [1, 2] } })).not.toBe(identify({ a: { $in: [2, 1] } }));
  });

  test("missing and empty property keys are equal", () => {
    expect(identifyWebhook(webhook("a /x"))).toBe(identifyWebhook(webhook("a /x", { propertyKeys: [] })));
  });
});

describe("upgrade", () => {
  test.each([
    ["of nothing", ["a /1"], ["a /1"], { kept: ["a /1 = a /1"], changed: [], added: [], removed: [] }],
    [
      "in order",
      ["a /1", "b /2"],
      ["b /2", "a /1"],
      { kept: ["b /2 = b /2", "a /1 = a /1"], changed: [], added: [], removed: [] },
    ],
    ["that adds", [], ["a /1"], { kept: [], changed: [], added: ["a /1"], removed: [] }],
    ["that removes", ["a /1"], [], { kept: [], changed: [], added: [], removed: ["a /1"] }],
    ["to another URL", ["a /1"], ["a /2"], { kept: [], changed: ["a /1 = a /2"], added: [], removed: [] }],
    ["to another event", ["a /1"], ["b /1"], { kept: [], changed: [], added: ["b /1"], removed: ["a /1"] }],
    [
      "of several of one event, the same ones first and the others in order",
      ["a /1", "a /2", "a /3"],
      ["a /4", "a /2"],
      { kept: ["a /2 = a /2"], changed: ["a /1 = a /4"], added: [], removed: ["a /3"] },
    ],
    [
      "of the same twice, as often as it is there",
      ["a /1", "a /1"],
      ["a /1", "a /1", "a /1"],
      { kept: ["a /1 = a /1", "a /1 = a /1"], changed: [], added: ["a /1"], removed: [] },
    ],
  ])("%s", (_what, before, after, expected) => {
    const diff = diffWebhooks(
      before.map((text) => webhook(text)),
      after.map((text) => webhook(text)),
    );
    const pairs = (list: typeof diff.kept) =>
      list.map((pair) => `${short(pair.before)} = ${short(pair.after)}`);
    expect({
      kept: pairs(diff.kept),
      changed: pairs(diff.changed),
      added: diff.added.map(short),
      removed: diff.removed.map(short),
    }).toEqual(expected);
  });

  test("a changed filter is paired by URL before another URL of the event type", () => {
    const { changed, kept } = diffWebhooks(
      [webhook("a /1"), webhook("a /2")],
      [webhook("a /2", { filter: "f" }), webhook("a /3")],
    );
    expect(kept).toEqual([]);
    expect(changed.map((pair) => [pair.before.url, pair.after.url, pair.after.filter])).toEqual([
      ["/2", "/2", "f"],
      ["/1", "/3", undefined],
    ]);
  });
});
