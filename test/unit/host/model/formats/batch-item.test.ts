/** The items of a batch: their members, the body byte for byte, and what hostile values can't do. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchContentType, canBatch, renderItem } from "../../../../../src/host/model/formats/batch-item.ts";
import { BODY_SHAPES } from "../../../../../src/catalogue/formats.ts";
import { getProduct } from "../../../../support/products.ts";
import { deliveryUuid, firstUuidAt } from "../../../../../src/host/model/ids.ts";
import { anyCharacter } from "../../../../support/properties.ts";

const AT = Date.parse("2026-01-31T12:00:00.000Z");
const DELIVERY = { siteNo: 3, id: deliveryUuid(firstUuidAt(AT), 4), event: "jira:issue_updated" };
const SITE = {
  site: { key: "board", name: "Board", baseUrl: undefined },
  product: getProduct("jira"),
} as never;

const render = (body: string, change: object = {}, shape: "event" | "cloudevents" = "event") =>
  renderItem({ ...DELIVERY, ...change }, Buffer.from(body), SITE, shape).toString();

test("the item has the ID of the delivery, the event type, the time, and the body's own bytes", () => {
  const body = '{ "n" : 1.00,\n"n2":[ ] }';
  expect(render(body)).toBe(
    `{"id":"dlv_3_${DELIVERY.id}","type":"jira:issue_updated","timestamp":"2026-01-31T12:00:00.000Z","data":${body}}`,
  );
});

test("without a body there are no data; with a key there is its number", () => {
  expect(JSON.parse(render("", { order: { key: "w1 7", sequence: 12, isBehind: false } }))).toEqual({
    id: `dlv_3_${DELIVERY.id}`,
    type: "jira:issue_updated",
    timestamp: "2026-01-31T12:00:00.000Z",
    sequence: 12,
  });
});

test("a CloudEvent has the ID of the event", () => {
  expect(JSON.parse(render('{"a":1}', {}, "cloudevents"))).toMatchObject({
    specversion: "1.0",
    id: `evt_3_${firstUuidAt(AT)}`,
    type: "jira:issue_updated",
    data: { a: 1 },
  });
});

test("no event type and no body breaks out of its item", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.json(), (event, body) => {
      const parsed = JSON.parse(`[${render(body, { event })},${render("7")}]`) as {
        type: string;
        data: unknown;
      }[];
      expect(parsed).toHaveLength(2);
      expect(parsed[0]?.data).toEqual(JSON.parse(body));
      expect(Object.keys(parsed[0] ?? {})).toEqual(["id", "type", "timestamp", "data"]);
    }),
  );
});

test.each(BODY_SHAPES.map((shape) => [shape]))("%s has batches or has none", (shape) => {
  expect(canBatch(shape)).toBe(shape === "event" || shape === "cloudevents");
  expect(batchContentType(shape)).toBe(
    shape === "cloudevents" ? "application/cloudevents-batch+json; charset=utf-8" : undefined,
  );
});
