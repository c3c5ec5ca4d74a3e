/** docs/events.md is written from the catalogue. After a change of it the page is written again by `npm run reference`. */
import { format } from "prettier";
import { expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, groupEventTypes } from "../../src/catalogue/index.ts";
import type { EventType, Product } from "../../src/catalogue/index.ts";

const INTRODUCTION = `# Events

This page lists every event type of the built-in products. It is generated from the catalogue. For the fields, the schema and a sample of an event
type, use \`callboard catalogue show TYPE --product PRODUCT\`, the web app, or \`webhooks\` in \`/api/openapi.json\`.
[Your own products](own-products.md) have their own event types.

Event types with a status are from older versions of the product (legacy), or have a replacement (deprecated). Names of event types are
case-sensitive.
`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

const describeStatus = ({ status, replacedBy }: EventType): string =>
  status === "current" ? "" : status + (replacedBy === undefined ? "" : `: use \`${replacedBy}\``);

const describeEventType = (eventType: EventType): string =>
  `| \`${eventType.event}\` | ${cell(eventType.description)} | ${describeStatus(eventType)} |`;

function describeProduct({ name, key, eventTypes }: Product): string {
  const groups = groupEventTypes(eventTypes).map(
    ({ group, eventTypes: inGroup }) =>
      `### ${name}: ${group}\n\n| event type | meaning | status |\n| --- | --- | --- |\n${inGroup.map(describeEventType).join("\n")}`,
  );
  return `## ${name}\n\nThe product \`${key}\`, ${eventTypes.length} event ${eventTypes.length === 1 ? "type" : "types"}.\n\n${groups.join("\n\n")}`;
}

test("docs/events.md has every event type of the catalogue", async () => {
  const text = [INTRODUCTION, ...BUILT_IN_PRODUCTS.map(describeProduct)].join("\n\n");
  await expect(await format(text, { parser: "markdown", printWidth: 110 })).toMatchFileSnapshot(
    "../../docs/events.md",
  );
});
