import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareProducts } from "../../../../src/catalogue/document/compare.ts";
import { inspectProduct, parseProductDocument } from "../../../../src/catalogue/document/parse.ts";
import type { ProductData } from "../../../../src/catalogue/product.ts";
import { changedDocuments, harbor, withValue } from "../../../support/product-document.ts";
import { runs } from "../../../support/properties.ts";

const parseData = (value: unknown): ProductData => parseProductDocument(value).data;
const HARBOR = parseData(harbor());
const changed = (path: string, value: unknown) =>
  withValue(HARBOR, path.split("/").slice(1), value) as ProductData;
const lines = (before: ProductData, after: ProductData) =>
  compareProducts(before, after).map(
    ({ kind, event, pointer, breaking, text }) =>
      `${breaking ? "breaking" : "compatible"} ${kind} ${event ?? "-"} ${pointer} ${text}`,
  );

const STOPPED = "/events/crane.stopped";

describe("compareProducts", () => {
  test.each<[string, unknown, string]>([
    ["/name", "Port", "compatible changed - /name The name of the product has changed."],
    ["/description", "x", "compatible changed - /description The description of the product has changed."],
    [
      "/schemaPolicy",
      "refuse",
      "compatible added - /schemaPolicy The schema policy of the product has changed.",
    ],
    [
      "/retryProfile",
      "jira",
      "compatible changed - /retryProfile The retry schedule of the product has changed.",
    ],
    [
      "/scopes/cranes.read",
      undefined,
      "breaking removed - /scopes/cranes.read The scope cranes.read was removed.",
    ],
    [
      "/scopes/berths.read",
      { description: "x" },
      "compatible added - /scopes/berths.read The scope berths.read was added.",
    ],
    [
      "/scopes/cranes.read",
      { description: "x" },
      "compatible changed - /scopes/cranes.read The description of the scope cranes.read has changed.",
    ],
    [
      "/envelope/timestamp",
      undefined,
      "breaking changed - /envelope The envelope of the product has changed.",
    ],
    ["/envelope", undefined, "breaking removed - /envelope The envelope of the product has changed."],
    [
      "/eventPath",
      ["a"],
      "breaking added - /eventPath The place of the event type in bodies of the product has changed.",
    ],
    [
      "/events/crane.moved",
      { description: "x", group: "x", sample: {} },
      "compatible added crane.moved /events/crane.moved The event type crane.moved was added.",
    ],
    [
      "/events/crane.halted",
      undefined,
      "breaking removed crane.halted /events/crane.halted The event type crane.halted was removed.",
    ],
    [
      `${STOPPED}/description`,
      "x",
      `compatible changed crane.stopped ${STOPPED}/description The description of crane.stopped has changed.`,
    ],
    [
      `${STOPPED}/group`,
      "x",
      `compatible changed crane.stopped ${STOPPED}/group The group of crane.stopped has changed.`,
    ],
    [
      `${STOPPED}/sample/reason`,
      "x",
      `compatible changed crane.stopped ${STOPPED}/sample The sample of crane.stopped has changed.`,
    ],
    [
      "/events/crane.halted/status",
      "deprecated",
      "compatible changed crane.halted /events/crane.halted/status The event type crane.halted is deprecated.",
    ],
    [
      `${STOPPED}/replacedBy`,
      undefined,
      `compatible changed crane.stopped ${STOPPED}/status The event type crane.stopped is deprecated.`,
    ],
    [
      `${STOPPED}/variables/crane.id`,
      undefined,
      `breaking removed crane.stopped ${STOPPED}/variables/crane.id The URL variable crane.id of crane.stopped was removed.`,
    ],
    [
      `${STOPPED}/variables/crane.id`,
      "/reason",
      `breaking changed crane.stopped ${STOPPED}/variables/crane.id The URL variable crane.id of crane.stopped was moved.`,
    ],
    [
      `${STOPPED}/variables/a.b`,
      "/reason",
      `compatible added crane.stopped ${STOPPED}/variables/a.b The URL variable a.b of crane.stopped was added.`,
    ],
    [
      `${STOPPED}/schema`,
      undefined,
      `breaking removed crane.stopped ${STOPPED}/schema The schema of crane.stopped was removed: any body is possible.`,
    ],
    [
      `${STOPPED}/schema/title`,
      "x",
      `compatible changed crane.stopped ${STOPPED}/schema The schema of crane.stopped has changed without an effect on bodies, or is stricter.`,
    ],
    [
      "/schemas/Crane/properties/id/type",
      "string",
      "breaking changed crane.stopped /schemas/Crane/properties/id The type was integer and is string.",
    ],
    [
      "/schemas/CraneStopped/required",
      [],
      'breaking changed crane.stopped /schemas/CraneStopped/properties/crane The property "crane" is no longer required.',
    ],
    [
      "/events/crane.halted/fields/0/required",
      false,
      'breaking changed crane.halted /events/crane.halted/fields/properties/crane The property "crane" is no longer required.',
    ],
  ])("describes %s = %j", (path, value, expected) => {
    expect(lines(HARBOR, changed(path, value))).toEqual([expected]);
  });

  test("says that a schema was added", () => {
    expect(lines(changed(`${STOPPED}/schema`, undefined), HARBOR)).toEqual([
      `compatible added crane.stopped ${STOPPED}/schema The schema of crane.stopped was added.`,
    ]);
  });

  test("finds the new name of an event type", () => {
    const { "crane.halted": halted, ...events } = HARBOR.events;
    const renamed = { ...HARBOR, events: { ...events, "crane.paused": { ...halted!, description: "x" } } };
    expect(lines(HARBOR, renamed)).toEqual([
      "breaking removed crane.halted /events/crane.halted The event type crane.halted was removed or renamed to crane.paused.",
      "compatible added crane.paused /events/crane.paused The event type crane.paused was added.",
    ]);
  });

  test("names every event type that a shared schema breaks", () => {
    const both = changed("/events/crane.halted", {
      ...HARBOR.events["crane.stopped"],
      replacedBy: undefined,
    });
    const after = withValue(both, ["schemas", "Crane", "properties", "id", "type"], "string") as ProductData;
    expect(compareProducts(both, after).map(({ event }) => event)).toEqual(["crane.stopped", "crane.halted"]);
  });

  test("finds nothing between equal documents, in whatever order, and something between others", () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== "object" || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, reversed(each)]),
          );
    fc.assert(
      fc.property(changedDocuments, (value) => {
        const { document } = inspectProduct(value);
        if (document === undefined) return;
        expect(compareProducts(document.data, reversed(document.data) as ProductData)).toEqual([]);
        const isSame = document.text === parseProductDocument(harbor()).text;
        expect(compareProducts(HARBOR, document.data).length === 0).toBe(isSame);
      }),
      runs(60),
    );
  });
});
