import { describe, expect, test } from "vitest";
import { defineProduct } from "../../../src/catalogue/index.ts";
import {
  ADDON_PRODUCTS,
  descriptorFor,
  readInspectorDescriptor,
  webhookUrl,
} from "../../../src/inspector/descriptor.ts";

const descriptor = readInspectorDescriptor();
const webhooks = [descriptor.modules?.webhooks ?? []].flat();
const namesOf = ({ eventTypes }: (typeof ADDON_PRODUCTS)[number]) => eventTypes.map(({ event }) => event);

describe("atlassian-connect.json", () => {
  test("has one webhook for each Jira and Confluence event of the catalogue, and no other", () => {
    const names = [...new Set(ADDON_PRODUCTS.flatMap(namesOf))];
    expect(webhooks.map(({ event }) => event).toSorted()).toEqual(names.toSorted());
  });

  test("has the event in each url, and a url for each event", () => {
    expect(webhooks.filter(({ event, url }) => url !== webhookUrl(event))).toEqual([]);
  });

  test("asks for what webhooks need", () => {
    expect(descriptor).toMatchObject({
      key: "callboard-inspector",
      baseUrl: "{{baseUrl}}",
      authentication: { type: "jwt" },
      scopes: ["READ"],
    });
    expect(Object.keys(descriptor.lifecycle ?? {}).toSorted()).toEqual([
      ...["disabled", "enabled", "installed", "uninstalled"],
    ]);
  });

  test.each(ADDON_PRODUCTS)("has a part for %s with exactly its events", (product) => {
    const part = [descriptorFor(descriptor, product).modules?.webhooks ?? []].flat();
    expect(part.map(({ event }) => event).toSorted()).toEqual(namesOf(product).toSorted());
  });

  test("asks for no scope of a product that has its own", () => {
    const data = { product: "harbor", name: "Harbor", description: "d", events: {} };
    expect(descriptorFor(descriptor, defineProduct(data)).scopes).toEqual(["READ"]);
    const scopes = { "cranes.read": { description: "Read cranes" } };
    expect(descriptorFor(descriptor, defineProduct({ ...data, scopes })).scopes).toEqual([]);
  });
});
