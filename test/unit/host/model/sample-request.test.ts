import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSampleRequest, formatSampleId } from "../../../../src/host/model/sample-request.ts";
import { toBodyKey, checkBody, deriveBodyKey } from "../../../../src/protocol/body-signature.ts";
import { parseToken } from "../../../../src/protocol/parsed-token.ts";
import { verifyToken } from "../../../../src/protocol/token.ts";
import { PRODUCTS, listEvents, getProduct } from "../../../support/products.ts";

const NOW = 1_700_000_000_000;
const DELIVERY_ID = "0198c0ffee0070008000000000000001";
const SECRET = "a-secret-of-this-test";
const URL_TO_TRY = "https://addon.example/base/hook?a=1&b={x}";

const createSample = (product: string, event: string) =>
  createSampleRequest({
    product: getProduct(product),
    eventType: listEvents(product).find((each) => each.event === event)!,
    url: URL_TO_TRY,
    secret: SECRET,
    clientKey: "sample",
    deliveryId: DELIVERY_ID,
    now: NOW,
  });

function getHeaders({ request }: ReturnType<typeof createSampleRequest>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: request.headers.length / 2 }, (_, at) => [
      request.headers[2 * at]!,
      request.headers[2 * at + 1]!,
    ]),
  );
}

const getSignature = (headers: Readonly<Record<string, string>>) => ({
  id: headers["webhook-id"],
  timestamp: headers["webhook-timestamp"],
  signature: headers["webhook-signature"],
});

test("a request to an add-on verifies: its token for this URL, its body by the derived key", () => {
  const sample = createSample("jira", "jira:issue_created");
  const headers = getHeaders(sample);
  const token = parseToken(headers["authorization"]!.replace("JWT ", ""));
  if (!("claims" in token)) throw new Error("no token");
  const verdict = verifyToken(token, {
    keys: [createSecretKey(Buffer.from(SECRET))],
    request: { method: "POST", rawUrl: "/base/hook?a=1&b={x}", basePath: "" },
    nowSeconds: NOW / 1_000,
  });
  expect(verdict.checks.filter(({ state }) => state === "bad")).toEqual([]);
  expect(sample.claims).toMatchObject({ iss: "sample", iat: NOW / 1_000, exp: NOW / 1_000 + 180 });
  const check = checkBody({
    ...getSignature(headers),
    body: sample.request.body,
    keys: [deriveBodyKey(SECRET)],
    nowSeconds: NOW / 1_000,
  });
  expect(check.state).toBe("ok");
  expect(headers["x-atlassian-webhook-identifier"]).toBe(formatSampleId(DELIVERY_ID));
});

test("a request to an outgoing webhook, on a product without add-ons, has no token", () => {
  const sample = createSample("backlog", "issue_created");
  const headers = getHeaders(sample);
  expect([headers["authorization"], sample.claims]).toEqual([undefined, undefined]);
  const check = checkBody({
    ...getSignature(headers),
    body: sample.request.body,
    keys: [toBodyKey(SECRET)],
    nowSeconds: NOW / 1_000,
  });
  expect(check.state).toBe("ok");
});

describe("the URL", () => {
  test("is sent to as it is, without variables", () => {
    expect(createSample("jira", "jira:issue_created").request.url).toBe(URL_TO_TRY);
  });
});

test.each(PRODUCTS)("every event type of %s has a sample request", (product) => {
  for (const { event } of listEvents(product)) {
    const { request } = createSample(product, event);
    expect(JSON.parse(Buffer.from(request.body).toString()), event).toBeTypeOf("object");
  }
});
