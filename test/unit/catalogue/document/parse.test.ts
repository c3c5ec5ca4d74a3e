import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProductDocument } from "../../../../src/catalogue/document/parse.ts";
import { BUILT_IN_PRODUCTS, defineProduct } from "../../../../src/catalogue/index.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { changedDocuments, harbor, withValue } from "../../../support/product-document.ts";
import { runs } from "../../../support/properties.ts";

function catchRefusal(value: unknown, key?: string): CallboardError {
  try {
    parseProductDocument(value, key === undefined ? {} : { key });
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("the document was accepted");
}
const listProblems = (value: unknown, key?: string) =>
  catchRefusal(value, key).errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
const changed = (path: string, value: unknown) => withValue(harbor(), path.split("/").slice(1), value);

const EVENT = "/events/crane.halted";

describe("parseProductDocument", () => {
  test("gives data of which a product can be made", () => {
    const { data } = parseProductDocument(harbor());
    const { key, eventTypes } = defineProduct(data);
    expect([key, eventTypes.map(({ event, status }) => [event, status])]).toEqual([
      "harbor",
      [
        ["crane.stopped", "deprecated"],
        ["crane.halted", "current"],
      ],
    ]);
  });

  test("accepts as little as a key, a name, a description and an event type with a description", () => {
    const { data } = parseProductDocument({
      product: "h",
      name: "H",
      description: "H",
      events: { e: { description: "E" } },
    });
    expect(data.events).toEqual({ e: { description: "E", group: "Events", sample: {} } });
  });

  test("gives the same text for the same document in another order of its members", () => {
    const { events, ...rest } = harbor();
    const reordered = Object.fromEntries(Object.entries({ events, ...rest }).reverse());
    expect(parseProductDocument(reordered).text).toBe(parseProductDocument(harbor()).text);
    expect(parseProductDocument(JSON.parse(parseProductDocument(harbor()).text)).text).toBe(
      parseProductDocument(harbor()).text,
    );
  });

  test("takes the key of the product it is for", () => {
    expect(parseProductDocument(changed("/product", undefined), { key: "harbor" }).data.product).toBe(
      "harbor",
    );
    expect(listProblems(harbor(), "quay")).toEqual(['/product: The key must be "quay".']);
  });

  test.each<[string, unknown, string]>([
    ["", 7, "The product must be an object."],
    ["/name", undefined, 'The product requires the member "name".'],
    ["/nam", "x", 'Unknown member "nam". Did you mean "name"?'],
    ["/zzz", "x", 'Unknown member "zzz".'],
    ["/product", "Harbor", "The key of a product must have 1 to 32 lowercase letters"],
    ["/product", "jira", 'The key "jira" is reserved.'],
    ["/product", "slack", 'The key "slack" is reserved.'],
    ["/name", "x".repeat(101), "The name must have 1 to 100 characters."],
    ["/name", "a\nb", "The name must not have control characters."],
    ["/description", " ", "The description must have 1 to 2,000 characters."],
    ["/schemaPolicy", "strict", 'The schema policy must be one of "note", "refuse", "off".'],
    ["/retryProfile", "dev", 'The retry schedule must be one of "jira", "standard".'],
    ["/scopes", [], "The scopes must be an object."],
    ["/scopes/cranes read", { description: "x" }, "The name of a scope must have 1 to 100"],
    ["/scopes/a,b", { description: "x" }, "The name of a scope must have 1 to 100"],
    ["/scopes/1", { description: "x" }, "The name of a scope must have 1 to 100"],
    ["/scopes/cranes.read", "Read", "A scope must be an object."],
    ["/scopes/cranes.read/description", undefined, 'A scope requires the member "description".'],
    ["/scopes/cranes.read/description", "x".repeat(501), "The description must have 1 to 500 characters."],
    ["/scopes/cranes.read/descripton", "x", 'Unknown member "descripton". Did you mean "description"?'],
    ["/envelope/event", 7, "The name of a member must have 1 to 200 characters."],
    ["/envelope/even", "x", 'Unknown member "even". Did you mean "event"?'],
    ["/eventPath", "type", "eventPath must be a list of at most 10 entries."],
    ["/schemas/a b", {}, "The name of a schema must have"],
    ["/schemas/A", true, "A schema must be an object."],
    ["/events", [], "The event types must be an object."],
    ["/events/*", { description: "x" }, "The name of an event type must have 1 to 200"],
    ["/events/.", { description: "x" }, "The name of an event type must have 1 to 200"],
    ["/events/constructor ", { description: "x" }, "The name of an event type must have 1 to 200"],
    ["/events/endpoint.paused", { description: "x" }, '"endpoint.paused" is an operational event'],
    ["/events/connect_addon_enabled", { description: "x" }, '"connect_addon_enabled" is a host event'],
    ["/events/Callboard.x", { description: "x" }, '"Callboard.x" must not begin with "callboard".'],
    [`${EVENT}/description`, undefined, 'An event type requires the member "description".'],
    [`${EVENT}/sampel`, {}, 'Unknown member "sampel". Did you mean "sample"?'],
    [`${EVENT}/status`, "old", 'The status must be one of "current", "deprecated", "legacy".'],
    [`${EVENT}/sample`, [], "The sample must be an object."],
    [`${EVENT}/sample`, undefined, "An event type with a schema or fields requires a sample."],
    [`${EVENT}/sample/n`, 10 ** 20, "An integer in a sample must be between"],
    [`${EVENT}/replacedBy`, "crane.stopped", "replacedBy requires the status deprecated."],
    ["/events/crane.stopped/replacedBy", "crane.gone", 'The product has no event type "crane.gone".'],
    ["/events/crane.stopped/replacedBy", "crane.stopped", "An event type can't replace itself."],
    [
      "/events/crane.stopped/variables/crane.id",
      "/crane/no",
      'The sample has no text, number or boolean at "/crane/no".',
    ],
    ["/events/crane.stopped/variables/crane.id", "/crane", "The sample has no text"],
    ["/events/crane.stopped/variables/crane", "/crane/id", "The name of a URL variable must be"],
    [`${EVENT}/fields/0/path`, "a..b", "The path must have names"],
    [`${EVENT}/fields/0/path`, "constructor.x", 'A field can\'t have the name "constructor".'],
    [`${EVENT}/fields/0/type`, "text", "The type must be one of"],
    [`${EVENT}/fields/0/required`, "yes", "required must be one of true, false."],
    ["/schemas/Crane/properties/id", { $ref: "http://x" }, "The reference"],
    [
      "/schemas/Crane/properties/id",
      Object.fromEntries([["__proto__x", { a: NaN }]]),
      "A number must be finite.",
    ],
  ])("refuses %s = %j", (path, value, detail) => {
    expect(catchRefusal(changed(path, value)).code).toBe("PRODUCT_INVALID");
    expect(listProblems(changed(path, value))).toEqual([expect.stringContaining(`: ${detail}`)]);
  });

  test("accepts a variable of the envelope", () => {
    const document = changed("/events/crane.stopped/variables", { "event.type": "/type" });
    expect(() => parseProductDocument(document)).not.toThrow();
  });

  test("refuses an event type with schema and fields", () => {
    expect(listProblems(changed(`${EVENT}/schema`, {}))).toEqual([
      `${EVENT}/fields: An event type has either a schema or fields.`,
    ]);
  });

  test("refuses the key __proto__ and deep nesting", () => {
    const document = { ...harbor(), x: JSON.parse('{"__proto__": 1}') };
    expect(listProblems(document)).toEqual(["/x/__proto__: The key __proto__ is not accepted."]);
    const circle: Record<string, unknown> = {};
    circle["a"] = circle;
    expect(listProblems({ ...harbor(), circle })).toEqual([
      expect.stringContaining(": The document is nested deeper than 100 levels."),
    ]);
  });

  test("reserves the keys of all built-in products", () => {
    for (const { key } of BUILT_IN_PRODUCTS) expect(listProblems(changed("/product", key))).toHaveLength(1);
  });

  test("reports every problem, sorted by pointer", () => {
    const pointers = catchRefusal({ ...harbor(), product: "X", name: 7, zeta: 1, alpha: 1 }).errors.map(
      ({ pointer }) => pointer,
    );
    expect(pointers).toEqual(["/alpha", "/name", "/product", "/zeta"]);
  });

  test("counts the problems that are not listed", () => {
    const events = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`e${index}`, {}]));
    const { message, errors } = catchRefusal({ ...harbor(), events });
    expect([message, errors.length]).toEqual([
      "The product has 1,200 problems. The first 50 are listed.",
      50,
    ]);
  });

  test("refuses 10,001 event types and a text of more than 10 MiB", () => {
    const events = (count: number, description: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`e${index}`, { description }]));
    expect(listProblems({ ...harbor(), events: events(10_001, "x") })).toEqual([
      "/events: The event types must have at most 10,000 entries.",
    ]);
    expect(catchRefusal({ ...harbor(), events: events(9_000, "x".repeat(1_200)) }).code).toBe(
      "PRODUCT_TOO_LARGE",
    );
    expect(() => parseProductDocument({ ...harbor(), events: events(10_000, "x") })).not.toThrow();
  });

  test("accepts only documents that it accepts again, and refuses others with places and sentences", () => {
    fc.assert(
      fc.property(changedDocuments, (document) => {
        try {
          const { text } = parseProductDocument(document);
          expect(parseProductDocument(JSON.parse(text)).text).toBe(text);
        } catch (error) {
          if (!(error instanceof CallboardError)) throw error;
          expect(error.errors.length).toBeGreaterThan(0);
          for (const { pointer, detail } of error.errors) {
            expect(pointer).toMatch(/^(?:\/|$)/);
            expect(detail).toMatch(/^[A-Z"$r].*\.$/s);
          }
        }
      }),
      runs(100),
    );
  });
});
