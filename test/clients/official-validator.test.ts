/**
 * Atlassian's own validator, with the schema of its time, beside ours: on a descriptor of our own, and on real ones when a
 * collection of them lies beside the clone. Where the two differ, a rule says why.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readAllowList } from "../../src/egress/allow-list.ts";
import { requireUrl } from "../../src/egress/url.ts";
import { CallboardError } from "../../src/errors.ts";
import { validateDescriptor } from "../../src/host/descriptor/validate.ts";
import { parseFilter } from "../../src/host/events/filter.ts";
import { goodDescriptor } from "../fixtures/descriptors/good.ts";

const official = createRequire(join(import.meta.dirname, "official-validator/package.json"));
const { validateDescriptor: validateOfficially } = official("atlassian-connect-validator");
const schema = official("atlassian-connect-express/test/jira-global-schema.json");
const collection = join(import.meta.dirname, "../../../shared/corpus");

/** The places that the official validator refuses; none when it accepts. */
function refusedByTheirs(descriptor: object): readonly string[] {
  let places: readonly string[] = [];
  validateOfficially(descriptor, schema, (errors: readonly { readonly module: string }[] | null) => {
    places = (errors ?? []).map(({ module }) => module);
  });
  return places;
}

/** The rules of the `dev` profile: loopback and plain http are allowed. */
const policy = { allowList: readAllowList(["loopback"]), allowHttp: true, isOwn: () => false };

/** The code that ours refuses with; undefined when it accepts. */
function refusedByOurs(descriptor: object): string | undefined {
  try {
    validateDescriptor(descriptor, {
      checkUrl: (url) => requireUrl(url, policy, false),
      checkFilter: (filter) => void parseFilter(filter),
    });
    return undefined;
  } catch (error) {
    if (error instanceof CallboardError) return error.code;
    throw error;
  }
}

/** Its schema is older than these fields, or is about modules that are not served here. */
const ONLY_THEIRS = /^(?:apiMigrations|vendor\.url|modules\.(?!webhooks\b))/;
/** A baseUrl that nobody filled in, and descriptors of another system. */
const ONLY_OURS = ["DESCRIPTOR_BASEURL", "DESCRIPTOR_FOREIGN"];

/** As the add-on serves it: a placeholder in front is filled in. */
const served = (descriptor: { readonly baseUrl?: string }) =>
  /^(?:\{\{|\$\{)/.test(descriptor.baseUrl ?? "")
    ? { ...descriptor, baseUrl: "https://addon.example.com" }
    : descriptor;

test("both accept a good descriptor, and both refuse one without a key", () => {
  const good = goodDescriptor();
  const { key: _key, ...keyless } = good;
  expect([refusedByTheirs(good), refusedByOurs(good)]).toEqual([[], undefined]);
  expect(refusedByTheirs(keyless)).not.toEqual([]);
  expect(refusedByOurs(keyless)).toBe("DESCRIPTOR_SCHEMA");
});

if (existsSync(collection)) {
  test("both judge real descriptors alike, but for the rules that say otherwise", () => {
  const read = (path: string) => JSON.parse(readFileSync(join(collection, path), "utf8"));
  const index: readonly { readonly n: number }[] = read("index.json");
  const unexplained = index.filter(({ n }) => {
    const descriptor = served(read(`descriptors/${String(n).padStart(3, "0")}.json`));
    const theirs = refusedByTheirs(descriptor);
    const ours = refusedByOurs(descriptor);
    if (ours === undefined) return !theirs.every((place) => ONLY_THEIRS.test(place));
    return theirs.length === 0 && !ONLY_OURS.includes(ours);
  });
  expect(index.length).toBeGreaterThan(100);
  expect(unexplained).toEqual([]);
});
}
