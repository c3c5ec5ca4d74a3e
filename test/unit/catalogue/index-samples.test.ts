/** The samples of the built-in products: one shape for each thing, as in recorded bodies, and nobody real in them. */
import { describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, ENVELOPES } from "../../../src/catalogue/index.ts";
import type { EventType } from "../../../src/catalogue/index.ts";
import { isObject } from "../../../src/json/object.ts";
import type { JsonObject } from "../../../src/json/object.ts";
import { RECORDED } from "../../fixtures/recorded-members.ts";

interface Found {
  /** Product, event type, envelope and path. */
  readonly where: string;
  readonly event: string;
  readonly shape: string;
  readonly schema: JsonObject;
  readonly value: JsonObject;
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);
const SHARED = "#/schemas/";

/** The objects of a body that are of a shape, found along its schema. */
function findShaped(event: EventType, envelope: (typeof ENVELOPES)[number]): readonly Found[] {
  const root = event.schema() as JsonObject;
  const schemas = (root["schemas"] ?? {}) as Readonly<Record<string, JsonObject>>;
  const found: Found[] = [];
  const visit = (schema: unknown, value: unknown, where: string): void => {
    if (!isObject(schema)) return;
    const reference = schema["$ref"];
    if (typeof reference === "string") {
      const shape = reference.slice(SHARED.length);
      const target = schemas[shape] ?? {};
      if (isObject(value)) found.push({ where, event: event.event, shape, schema: target, value });
      visit(target, value, where);
    }
    for (const each of Array.isArray(schema["anyOf"]) ? (schema["anyOf"] as unknown[]) : [])
      visit(each, value, where);
    if (Array.isArray(value)) value.forEach((item) => visit(schema["items"], item, `${where}[]`));
    if (!isObject(value) || !isObject(schema["properties"])) return;
    for (const [name, below] of Object.entries(schema["properties"]))
      visit(below, value[name], `${where}.${name}`);
  };
  visit(root, event.sample(envelope), `${event.product} ${event.event} ${envelope}`);
  return found;
}

const EVENTS = BUILT_IN_PRODUCTS.flatMap(({ eventTypes }) => eventTypes);
const ALL = EVENTS.flatMap((event) => ENVELOPES.flatMap((envelope) => findShaped(event, envelope)));

/** Members of an object, with those of custom fields as one. */
const listMembers = (value: JsonObject): readonly string[] => [
  ...new Set(Object.keys(value).map((name) => name.replace(/^customfield_\d+$/, "customfield_*"))),
];

describe("a thing in samples", () => {
  test("was found in more than a thousand places, of more than sixty shapes", () => {
    expect(ALL.length).toBeGreaterThan(1_000);
    expect(new Set(ALL.map(({ shape }) => shape)).size).toBeGreaterThan(60);
  });

  test("has what its shape says that every recorded body has", () => {
    const lacking = ALL.flatMap(({ where, schema, value }) =>
      [...list(schema["required"]), ...list(schema["x-callboard-usual"])]
        .filter((name) => value[name] === undefined)
        .map((name) => `${where} has no ${name}`),
    );
    expect(lacking).toEqual([]);
  });

  test("has nothing that its shape doesn't say", () => {
    const beyond = ALL.flatMap(({ where, schema, value }) => {
      const named = Object.keys(schema["properties"] as object);
      const beginnings = Object.keys((schema["patternProperties"] as object | undefined) ?? {});
      return Object.keys(value)
        .filter((name) => !named.includes(name) && !beginnings.some((each) => new RegExp(each).test(name)))
        .map((name) => `${where} has ${name}`);
    });
    expect(beyond).toEqual([]);
  });
});

describe("recorded bodies", () => {
  /** Bodies of other years: the Connect years of Confluence are known from code, and one event of Jira from a Server only. */
  const isOfToday = ({ where, event }: Found) =>
    !/^confluence .* connect/.test(where) && event !== "jira:worklog_updated";
  const today = ALL.filter(isOfToday);
  const shapes = Object.entries(RECORDED);

  test("are of shapes that the catalogue has", () => {
    const known = new Set(ALL.map(({ shape }) => shape));
    expect(shapes.map(([shape]) => shape).filter((shape) => !known.has(shape))).toEqual([]);
  });

  test("have every member that a type takes for granted", () => {
    const tooOften = shapes.flatMap(([shape, { seen, all, some = {}, notOnServer = "" }]) => {
      const schema = ALL.find((found) => found.shape === shape)?.schema ?? {};
      // A member that one trimmed body of dozens lacks counts as one of all.
      const nearlyAll = Object.entries(some)
        .filter(([, times]) => times >= seen - 1 && times > 20)
        .map(([name]) => name);
      return [...list(schema["required"]), ...list(schema["x-callboard-usual"])]
        .filter(
          (name) =>
            ![...all.split(" "), ...nearlyAll].includes(name) || notOnServer.split(" ").includes(name),
        )
        .map((name) => `${shape}.${name}`);
    });
    expect(tooOften).toEqual([]);
  });

  test("have no member often that their field lists leave out", () => {
    const left = shapes.flatMap(([shape, { all, some = {} }]) => {
      const schema = ALL.find((found) => found.shape === shape)?.schema ?? {};
      const known = [
        ...Object.keys((schema["properties"] as object | undefined) ?? {}),
        ...Object.keys((schema["patternProperties"] as object | undefined) ?? {}).map(
          (beginning) => `${beginning.slice(1)}*`,
        ),
      ];
      return [...all.split(" "), ...Object.keys(some)]
        .filter((name) => !known.includes(name))
        .map((name) => `${shape}.${name}`);
    });
    expect(left).toEqual([]);
  });

  /** Some things have a member only where it applies. */
  const APPLIES: Readonly<Record<string, RegExp>> = {
    "TrackerChange.new_values": /_delete_|kind/,
    "TrackerResource.story_type": /./,
    "TrackerResource.url": /./,
    "TrackerPerson.initials": /^$/,
    "JiraAttachment.thumbnail": /^$/,
  };

  test("have what is in them practically always in each sample too", () => {
    const lacking = today.flatMap(({ where, shape, value }) => {
      const recorded = RECORDED[shape];
      if (recorded === undefined) return [];
      const often = Object.entries(recorded.some ?? {})
        .filter(([, times]) => times >= 0.95 * recorded.seen)
        .map(([name]) => name);
      const members = listMembers(value);
      return [...recorded.all.split(" "), ...often]
        .filter((name) => !members.includes(name) && !(APPLIES[`${shape}.${name}`]?.test(where) ?? false))
        .map((name) => `${where} has no ${name}`);
    });
    expect(lacking).toEqual([]);
  });

  test("have each member that a sample has", () => {
    const beyond = today.flatMap(({ where, shape, value }) => {
      const recorded = RECORDED[shape];
      if (recorded === undefined) return [];
      const known = new Set([
        ...recorded.all.split(" "),
        ...Object.keys(recorded.some ?? {}),
        ...(recorded.beyond ?? "").split(" "),
      ]);
      return listMembers(value)
        .filter((name) => !known.has(name))
        .map((name) => `${where} has ${name}`);
    });
    expect(beyond).toEqual([]);
  });
});

describe("nobody real is in a sample", () => {
  const texts = EVENTS.flatMap((event) =>
    ENVELOPES.map((envelope) => [event, event.sampleText(envelope)] as const),
  );
  const findAll = (pattern: RegExp) => [
    ...new Set(texts.flatMap(([, text]) => [...text.matchAll(pattern)].map(([, found = ""]) => found))),
  ];

  test("accounts say that they are examples", () => {
    const accounts = findAll(/(712020:[^"&?]*)/g);
    expect(accounts.length).toBeGreaterThan(2);
    expect(accounts.filter((account) => !/^712020:example-[a-z-]+$/.test(account))).toEqual([]);
  });

  test("addresses and URLs are of names that are set aside for examples", () => {
    const hosts = [...findAll(/https?:\/\/([^/:"]+)/g), ...findAll(/[\w.]+@([\w.]+)/g)];
    expect(hosts.length).toBeGreaterThan(3);
    expect(hosts.filter((host) => !/(?:^|\.)example(?:\.(?:com|net|org))?$/.test(host))).toEqual([]);
  });

  test("the people are the same three everywhere", () => {
    const names = findAll(/"(?:displayName|fullName|publicName)":"([^"]*)"/g);
    expect(names.toSorted()).toEqual(["Bruna Ferreira", "Maja Lindqvist", "Oscar Takeda"]);
  });
});

describe("links in samples", () => {
  /** Every text of a body with its path. */
  function* listTexts(value: unknown, path = ""): Generator<readonly [path: string, text: string]> {
    if (typeof value === "string") yield [path, value];
    if (typeof value !== "object" || value === null) return;
    for (const [name, below] of Object.entries(value)) yield* listTexts(below, `${path}.${name}`);
  }

  test.each([
    ["jira", "connect", "https://harbourline.example.net/"],
    ["confluence", "connect", "https://wiki.harbourline.example/wiki/"],
    ["confluence", "cloud", "https://harbourline.example.net/wiki/"],
  ] as const)("of %s (%s) are below the site's base URL", (product, envelope, base) => {
    const isOnlyCloud = (text: string) => text.includes("harbourline.example.net/wiki");
    const others = EVENTS.filter((event) => event.product === product).flatMap((event) => {
      const text = event.sampleText(envelope);
      // Events of one age only have that one sample for both.
      if (envelope === "connect" && product === "confluence" && isOnlyCloud(text)) return [];
      if (envelope === "cloud" && text === event.sampleText("connect")) return [];
      return [...listTexts(event.sample(envelope))]
        .filter(([, each]) => /^https?:/.test(each) && !each.startsWith(base))
        .filter(([path]) => !path.endsWith(".baseUrl") && !path.endsWith(".base"))
        .map(([path, each]) => `${event.event}${path} ${each}`);
    });
    expect(others).toEqual([]);
  });

  test("a thing links to itself by its own ID", () => {
    const wrong = ALL.filter(({ shape }) => /^Jira/.test(shape) && shape !== "JiraUser").flatMap(
      ({ where, value: { self, id } }) =>
        typeof self === "string" &&
        id !== undefined &&
        !new RegExp(`/${JSON.stringify(id).replaceAll('"', "")}(?:/|$)`).test(self)
          ? [`${where} ${self}`]
          : [],
    );
    expect(wrong).toEqual([]);
  });
});
