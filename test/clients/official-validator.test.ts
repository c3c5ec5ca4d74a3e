/**
 * Atlassian's own validator, with the schema of its time, beside ours. Where the two differ, a rule of the table below says why,
 * with an example of its own.
 *
 * `DESCRIPTORS=<folder>` compares them on a collection of real descriptors as well: `index.json`, a list of `{n}`, beside
 * `descriptors/NNN.json`.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAllowList } from "../../src/egress/allow-list.ts";
import { requireUrl } from "../../src/egress/url.ts";
import { CallboardError } from "../../src/errors.ts";
import type { Problem } from "../../src/errors.ts";
import { validateDescriptor } from "../../src/host/descriptor/validate.ts";
import { parseFilter } from "../../src/host/model/filter.ts";
import { goodDescriptor, withUrl, withWebhooks } from "../fixtures/descriptors/good.ts";
import { builtInCatalogue } from "../../src/catalogue/index.ts";

const official = createRequire(join(import.meta.dirname, "official-validator/package.json"));
const { validateDescriptor: validateOfficially } = official("atlassian-connect-validator");
const schema = official("atlassian-connect-express/test/jira-global-schema.json");

/** The places that the official validator refuses; none when it accepts. */
function refusedByTheirs(descriptor: object): readonly string[] {
  let places: readonly string[] = [];
  validateOfficially(descriptor, schema, (errors: readonly { readonly module: string }[] | null) => {
    places = (errors ?? []).map(({ module }) => module);
  });
  return places;
}

/** The rules of the `dev` profile: loopback and plain http are allowed. */
const policy = { allowList: readAllowList(["loopback"]), allowHttp: "always", isOwn: () => false } as const;

/** The problems that ours refuses with; none when it accepts. */
function refusedByOurs(descriptor: object): readonly Problem[] {
  try {
    validateDescriptor(descriptor, {
      catalogue: builtInCatalogue, checkUrl: (url) => requireUrl(url, policy, true),
      checkFilter: (filter) => void parseFilter(filter),
    });
    return [];
  } catch (error) {
    if (error instanceof CallboardError) return error.errors;
    throw error;
  }
}

interface Rule {
  readonly why: string;
  readonly examples: readonly object[];
}

/** The official validator refuses, Callboard accepts. */
const ONLY_THEIRS: readonly (Rule & { readonly place: RegExp })[] = [
  {
    why: "its schema is older than signed-install and context-qsh, and takes only true and false",
    place: /^apiMigrations/,
    examples: [
      goodDescriptor({ apiMigrations: { "signed-install": true } }),
      goodDescriptor({ apiMigrations: { gdpr: "yes" } }),
    ],
  },
  {
    why: "a vendor's URL is shown, never called",
    place: /^vendor\.url/,
    examples: [goodDescriptor({ vendor: { name: "Example", url: "" } })],
  },
  {
    why: "other modules than webhooks are not served here, so nothing depends on their shape",
    place: /^modules\.(?!webhooks\b)/,
    examples: [goodDescriptor({ modules: { webhooks: [], generalPages: [{ method: 1 }] } })],
  },
  {
    why: "scopes have no effect here: an unknown one is a warning",
    place: /^scopes/,
    examples: [goodDescriptor({ scopes: ["READ", "GOD"] }), goodDescriptor({ scopes: ["Read"] })],
  },
  {
    why: "authentication.type is compared without case",
    place: /^authentication\.type/,
    examples: [goodDescriptor({ authentication: { type: "Jwt" } })],
  },
  {
    why: "a name may have 200 characters",
    place: /^name/,
    examples: [goodDescriptor({ name: "n".repeat(200) })],
  },
  {
    why: "baseUrl may be as long as any URL",
    place: /^baseUrl/,
    examples: [goodDescriptor({ baseUrl: `https://bell.example.org/${"p".repeat(300)}` })],
  },
];

/** Callboard refuses, the official validator accepts. */
const ONLY_OURS: readonly (Rule & { readonly code: RegExp; readonly pointer: RegExp })[] = [
  {
    why: "an add-on that verifies tokens gets its secret by lifecycle.installed alone",
    code: /^DESCRIPTOR_SCHEMA$/,
    pointer: /^\/lifecycle\/installed$/,
    examples: [goodDescriptor({ lifecycle: { uninstalled: "/uninstalled" } })],
  },
  {
    why: "a baseUrl must be a URL that requests may go to, with every placeholder filled in",
    code: /^(?:DESCRIPTOR_BASEURL|URL_\w+|HOST_DENIED|IP_DENIED)$/,
    pointer: /^\/baseUrl$/,
    examples: [
      goodDescriptor({ baseUrl: "https://<replace>.example.org" }),
      goodDescriptor({ baseUrl: "https://bell.example.org?x=1" }),
      goodDescriptor({ baseUrl: "https://me:pw@bell.example.org" }),
      goodDescriptor({ baseUrl: "https://10.0.0.1" }),
    ],
  },
  {
    why: "a webhook must stay below baseUrl",
    code: /^DESCRIPTOR_WEBHOOK_URL$/,
    pointer: /^\/modules\/webhooks\/\d+\/url$/,
    examples: ["https://other.example.org/x", "//other.example.org", "javascript:alert(1)", "", "/a b", "/../x"].map(
      withUrl,
    ),
  },
  {
    why: "a lifecycle callback must stay below baseUrl as well",
    code: /^DESCRIPTOR_SCHEMA$/,
    pointer: /^\/lifecycle\/(?:uninstalled|enabled|disabled)$/,
    examples: [goodDescriptor({ lifecycle: { installed: "/installed", uninstalled: "https://other.example.org/x" } })],
  },
  {
    why: "params are sent, so they have limits",
    code: /^DESCRIPTOR_(?:PARAMS|SCHEMA)$/,
    pointer: /^\/modules\/webhooks\/\d+\/params/,
    examples: [
      withWebhooks({ event: "jira:issue_created", url: "/x", params: { jwt: "x" } }),
      withWebhooks({ event: "jira:issue_created", url: "/x", params: { a: 1 } }),
    ],
  },
  {
    why: "a filter is applied, so it must be readable",
    code: /^DESCRIPTOR_FILTER$/,
    pointer: /^\/modules\/webhooks\/\d+\/filter$/,
    examples: [withWebhooks({ event: "jira:issue_created", url: "/x", filter: "project = = A" })],
  },
  {
    why: "a key of dots is a step through paths",
    code: /^DESCRIPTOR_SCHEMA$/,
    pointer: /^\/key$/,
    examples: [goodDescriptor({ key: ".." })],
  },
  {
    why: "an event type has 1 to 255 characters, none of them a control character",
    code: /^DESCRIPTOR_SCHEMA$/,
    pointer: /^\/modules\/webhooks\/\d+\/event$/,
    examples: [withWebhooks({ event: "", url: "/x" }), withWebhooks({ event: "a\nb", url: "/x" })],
  },
  {
    why: "text that no database can keep is refused wherever it is",
    code: /^DESCRIPTOR_SCHEMA$/,
    pointer: /^\/(?:name|description)$/,
    examples: [goodDescriptor({ name: "a\0b" }), goodDescriptor({ description: "\ud83d" })],
  },
  {
    why: "HipChat, Stride and Bitbucket have descriptors of their own",
    code: /^DESCRIPTOR_FOREIGN$/,
    pointer: /^$/,
    examples: [goodDescriptor({ contexts: ["account"] }), withWebhooks({ event: "repo:push", url: "/x" })],
  },
];

/** Both refuse, and both say where. */
const BOTH_REFUSE: readonly (readonly [title: string, descriptor: unknown])[] = [
  ["no key", goodDescriptor({ key: undefined })],
  ["no baseUrl", goodDescriptor({ baseUrl: undefined })],
  ["no authentication", goodDescriptor({ authentication: undefined })],
  ["a key with a space", goodDescriptor({ key: "fake key" })],
  ["a key of 81 characters", goodDescriptor({ key: "k".repeat(81) })],
  ["an unknown authentication", goodDescriptor({ authentication: { type: "oauth2" } })],
  ["a baseUrl with another scheme", goodDescriptor({ baseUrl: "ftp://bell.example.org" })],
  ["a text as apiVersion", goodDescriptor({ apiVersion: "1" })],
  ["an object as scopes", goodDescriptor({ scopes: {} })],
  ["an object as webhooks", goodDescriptor({ modules: { webhooks: {} } })],
  ["a webhook without url", withWebhooks({ event: "a" })],
  ["a webhook without event", withWebhooks({ url: "/x" })],
  ["a number as url", withUrl(1)],
  ["a text as excludeBody", withWebhooks({ event: "a", url: "/x", excludeBody: "true" })],
  ["an object as filter", withWebhooks({ event: "a", url: "/x", filter: {} })],
  ["a text as propertyKeys", withWebhooks({ event: "a", url: "/x", propertyKeys: "k" })],
];

/** Both accept: what real descriptors have, and looks odd. */
const BOTH_ACCEPT: readonly (readonly [title: string, descriptor: unknown])[] = [
  ["a good one", goodDescriptor()],
  ["no name, vendor, links and scopes", goodDescriptor({ name: undefined, scopes: undefined })],
  ["no webhooks", goodDescriptor({ modules: { webhooks: [] } })],
  ["no modules", goodDescriptor({ modules: undefined })],
  ["an unknown property", goodDescriptor({ enableFeatureFlags: true })],
  ["a key with capitals", goodDescriptor({ key: "Com.Example_1-x" })],
  ["plain http on loopback", goodDescriptor({ baseUrl: "http://127.0.0.1:3000/" })],
  ["a baseUrl with a path, a port and a slash", goodDescriptor({ baseUrl: "https://bell.example.org:8443/a/b/" })],
  ["authentication none without lifecycle", goodDescriptor({ authentication: { type: "NONE" }, lifecycle: undefined })],
  ["an unknown event", withWebhooks({ event: "no_such_event", url: "/x" })],
  ["a wildcard", withWebhooks({ event: "*", url: "/x" })],
  ["a webhook twice", withWebhooks({ event: "a", url: "/x" }, { event: "a", url: "/x" })],
  ["no leading slash", withUrl("hooks?i={issue.key}&p=${project.id}")],
  ["an absolute url below baseUrl", withUrl("https://bell.example.org/app/x")],
  ["an empty filter", withWebhooks({ event: "a", url: "/x", filter: "", propertyKeys: [], excludeBody: false })],
  ["the old form of a filter", withWebhooks({ event: "a", url: "/x", params: { filter: "type = Bug" } })],
  ["scopes in small letters", goodDescriptor({ scopes: ["read", "act_as_user"] })],
  ["an empty list of page modules", goodDescriptor({ modules: { webhooks: [], generalPages: [] } })],
  ["a lifecycle url without a slash", goodDescriptor({ lifecycle: { installed: "installed" } })],
];

/** As a descriptor comes over the wire: what is undefined is not there. */
const served = (descriptor: unknown) => JSON.parse(JSON.stringify(descriptor)) as object;

/** The rules by which the verdicts differ; undefined when some difference has none. */
function differences(theirs: readonly string[], ours: readonly Problem[]): readonly string[] | undefined {
  if (theirs.length === 0 && ours.length === 0) return [];
  if (theirs.length > 0 && ours.length > 0) return [];
  const rules =
    ours.length === 0
      ? theirs.map((place) => ONLY_THEIRS.find((rule) => rule.place.test(place))?.why)
      : ours.map(
          ({ code, pointer }) =>
            ONLY_OURS.find((rule) => rule.code.test(code ?? "") && rule.pointer.test(pointer))?.why,
        );
  return rules.includes(undefined) ? undefined : rules.filter((why) => why !== undefined);
}

describe("both refuse", () => {
  test.each(BOTH_REFUSE)("%s", (_title, descriptor) => {
    expect(refusedByTheirs(served(descriptor))).not.toEqual([]);
    expect(refusedByOurs(served(descriptor))).not.toEqual([]);
  });
});

describe("both accept", () => {
  test.each(BOTH_ACCEPT)("%s", (_title, descriptor) => {
    expect([refusedByTheirs(served(descriptor)), refusedByOurs(served(descriptor))]).toEqual([[], []]);
  });
});

describe("only Atlassian's refuses", () => {
  const rows = ONLY_THEIRS.flatMap(({ why, examples }) => examples.map((example) => [why, example] as const));
  test.each(rows)("%s", (why, example) => {
    const [theirs, ours] = [refusedByTheirs(served(example)), refusedByOurs(served(example))];
    expect([theirs.length > 0, ours]).toEqual([true, []]);
    expect(differences(theirs, ours)).toContain(why);
  });
});

describe("only ours refuses", () => {
  const rows = ONLY_OURS.flatMap(({ why, examples }) => examples.map((example) => [why, example] as const));
  test.each(rows)("%s", (why, example) => {
    const [theirs, ours] = [refusedByTheirs(served(example)), refusedByOurs(served(example))];
    expect([theirs, ours.length > 0]).toEqual([[], true]);
    expect(differences(theirs, ours)).toContain(why);
  });
});

const folder = process.env["DESCRIPTORS"];
if (folder !== undefined) {
  test("real descriptors are judged alike, apart from the rules", () => {
    const read = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));
    const index: readonly { readonly n: number }[] = read("index.json");
    const figures = { both: { accept: 0, refuse: 0 }, onlyTheirs: 0, onlyOurs: 0 };
    const used: Record<string, number> = {};
    const unexplained: object[] = [];
    for (const { n } of index) {
      const written: { readonly baseUrl?: string; readonly key?: string } = read(
        `descriptors/${String(n).padStart(3, "0")}.json`,
      );
      // As the add-on serves it: a placeholder in front is filled in.
      const isTemplate = /^(?:\{\{|\$\{)/.test(written.baseUrl ?? "");
      const descriptor = isTemplate ? { ...written, baseUrl: "https://addon.example.com" } : written;
      const [theirs, ours] = [refusedByTheirs(descriptor), refusedByOurs(descriptor)];
      if (theirs.length === 0 && ours.length === 0) figures.both.accept += 1;
      else if (theirs.length > 0 && ours.length > 0) figures.both.refuse += 1;
      else if (ours.length === 0) figures.onlyTheirs += 1;
      else figures.onlyOurs += 1;
      const rules = differences(theirs, ours);
      if (rules === undefined) unexplained.push({ n, theirs, ours });
      for (const why of new Set(rules)) used[why] = (used[why] ?? 0) + 1;
    }
    console.log(JSON.stringify({ descriptors: index.length, ...figures, used, unexplained }, null, 2));
    expect(unexplained.length / index.length).toBeLessThanOrEqual(0.01);
  });
}
