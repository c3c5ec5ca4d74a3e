/** What becomes of a text about a person, by the reason for which it was kept. */
import { describe, expect, test } from "vitest";
import { findFate } from "../../../../src/host/model/erasure-fates.ts";
import type { Fate } from "../../../../src/host/model/erasure-fates.ts";

const EMPTY: Fate = { value: null };

/** The fate of a `table.column`. */
function getFate(place: string, isDeleted = false): Fate | undefined {
  const [table = "", column = ""] = place.split(".");
  return findFate(table, column, isDeleted);
}

describe("of what happened", () => {
  test.each<[reason: string, fate: Fate | undefined, places: readonly string[]]>([
    [
      "a body that was sent or received is removed",
      EMPTY,
      ["event.body", "attempt.answer", "attempt.answer_headers", "lifecycle_call.answer"],
    ],
    [
      "what was taken from a body is removed",
      EMPTY,
      ["event.project", "event.actor", "event.client_id", "event.notes", "event.trace", "delivery.order_key"],
    ],
    ["a key of deliveries in order is forgotten once none waits", "forgotten", ["order_key.key"]],
    ["the claims of a token are removed", EMPTY, ["attempt.claims", "lifecycle_call.claims"]],
    ["the headers of a request become none", { value: "[]" }, ["attempt.request_headers"]],
    ["a URL stays one, without the text", "replaced", ["attempt.url", "lifecycle_call.url"]],
    [
      "a sentence on a result stays one, without the text",
      "replaced",
      ["attempt.detail", "lifecycle_call.detail", "reinstall.detail", "directory_entry.failure"],
    ],
    [
      "what another server said of a failure is removed",
      EMPTY,
      ["access_token.failure", "upm_install.failure"],
    ],
    [
      "an entry of the audit log stays, without the text",
      "replaced",
      ["audit.actor", "audit.object", "audit.detail", "audit.address"],
    ],
    [
      "who did something is replaced, as in the audit log",
      "replaced",
      ["product_change.created_by", "replay.created_by", "directory_entry.added_by"],
    ],
    [
      "what no text of a person is stays",
      undefined,
      ["event.id", "attempt.number", "audit.hash", "nothing.name"],
    ],
  ])("%s", (_reason, fate, places) => {
    for (const place of places) {
      expect(getFate(place), place).toEqual(fate);
      expect(getFate(place, true), place).toEqual(fate);
    }
  });
});

describe("of a configuration, which is an administrator's until it is deleted or revoked", () => {
  test.each<[reason: string, fate: Fate, places: readonly string[]]>([
    [
      "what names it in the logs stays, without the text",
      "replaced",
      ["webhook.name", "webhook.url", "webhook.description", "subscription.url", "api_token.name"],
    ],
    ["who made and changed it is replaced", "replaced", ["webhook.created_by", "webhook.updated_by"]],
    [
      "what it matched is removed",
      EMPTY,
      [
        ...["webhook.project", "webhook.events", "webhook.filter", "webhook.body_filter", "webhook.owner"],
        ...["subscription.event", "subscription.filter", "subscription.body_filter"],
        ...["subscription.property_keys", "subscription.dynamic"],
      ],
    ],
    ["how it sent is removed", EMPTY, ["webhook.template", "webhook.order_by"]],
    ["the parameters of its URL become none", { value: "{}" }, ["subscription.params"]],
  ])("%s", (_reason, fate, places) => {
    for (const place of places) {
      expect(getFate(place, true), place).toEqual(fate);
      expect(getFate(place, false), place).toBeUndefined();
    }
  });

  test("a portal of a token that was revoked stays a portal, of nobody", () => {
    const { value } = getFate("api_token.portal", true) as { readonly value: string };
    expect(JSON.parse(value)).toEqual({ kind: "tenant", owner: "[erased]" });
  });

  test.each(["webhook.signature", "site.name", "installation.base_url"])("%s stays", (place) => {
    expect(getFate(place, true)).toBeUndefined();
  });
});
