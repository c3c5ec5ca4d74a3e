import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importAsyncApi } from "../../../../src/catalogue/document/import-asyncapi.ts";
import { CallboardError } from "../../../../src/errors.ts";

const OPTIONS = { product: "harbor" };
const HARBOR = {
  asyncapi: "3.0.0",
  info: { title: "Harbor", version: "1" },
  channels: {
    cranes: {
      title: "Cranes",
      messages: {
        stopped: { $ref: "#/components/messages/Stopped" },
        moved: {
          payload: { type: "object", properties: { to: { type: "string" } } },
          summary: "A crane has moved.",
        },
      },
    },
    commands: { messages: { stop: { payload: { type: "object" } } } },
  },
  operations: {
    sendCranes: { action: "send", channel: { $ref: "#/channels/cranes" } },
    takeCommands: { action: "receive", channel: { $ref: "#/channels/commands" } },
  },
  components: {
    messages: {
      Stopped: {
        name: "crane.stopped",
        title: "Crane stopped",
        tags: [{ name: "Stops" }],
        payload: {
          schemaFormat: "application/vnd.aai.asyncapi+json;version=3.0.0",
          schema: { $ref: "#/components/schemas/Crane" },
        },
        examples: [{ payload: { id: 4 } }],
      },
    },
    schemas: { Crane: { type: "object", properties: { id: { type: "integer" } } } },
  },
};
const listNames = (document: unknown) => Object.keys(importAsyncApi(document, OPTIONS).data.events);

describe("importAsyncApi", () => {
  test("makes a product of the messages that the application sends", () => {
    const { data, notes } = importAsyncApi(HARBOR, OPTIONS);
    expect(data).toEqual({
      product: "harbor",
      name: "Harbor",
      description: "Harbor",
      schemas: { Crane: HARBOR.components.schemas.Crane },
      events: {
        "crane.stopped": {
          name: "Crane stopped",
          description: "Crane stopped",
          group: "Stops",
          schema: { $ref: "#/schemas/Crane" },
          sample: { id: 4 },
        },
        moved: {
          description: "A crane has moved.",
          group: "Cranes",
          schema: { type: "object", properties: { to: { type: "string" } } },
          sample: { to: "text" },
        },
      },
    });
    expect(notes).toEqual([]);
  });

  test("takes the messages that an operation names, and each message once", () => {
    const messages = [{ $ref: "#/channels/cranes/messages/moved" }];
    const one = { action: "send", channel: { $ref: "#/channels/cranes" }, messages };
    expect(listNames({ ...HARBOR, operations: { one, two: one } })).toEqual(["moved"]);
  });

  test("takes the messages of all channels where nothing is sent", () => {
    const { data, notes } = importAsyncApi({ ...HARBOR, operations: undefined }, OPTIONS);
    expect(Object.keys(data.events)).toEqual(["crane.stopped", "moved", "stop"]);
    expect(notes).toEqual([
      "The document has no operation with the action send: the messages of all channels are taken.",
    ]);
  });

  test("imports a message of another schema format without its schema", () => {
    const payload = { schemaFormat: "application/vnd.apache.avro;version=1.9.0", schema: { type: "record" } };
    const { data, notes } = importAsyncApi(
      { ...HARBOR, channels: { cranes: { messages: { a: { payload } } } } },
      OPTIONS,
    );
    expect([data.events["a"]!.schema, notes]).toEqual([
      undefined,
      ['The message "a" has no schema: its format is "application/vnd.apache.avro;version=1.9.0".'],
    ]);
  });

  test("leaves out remote messages, and says so when no other is left", () => {
    const document = { ...HARBOR, channels: { cranes: { messages: { a: { $ref: "./common.yaml#/a" } } } } };
    expect(() => importAsyncApi(document, OPTIONS)).toThrow(
      expect.objectContaining({
        code: "PRODUCT_IMPORT",
        errors: [
          { pointer: "", detail: 'The message "a" was left out: its reference is remote or leads nowhere.' },
        ],
      }),
    );
  });

  test.each<[unknown, string]>([
    [{ asyncapi: "2.6.0" }, 'The document is AsyncAPI "2.6.0". Callboard reads AsyncAPI 3.'],
    [{ openapi: "3.1.0" }, "The document is not AsyncAPI."],
    [null, "An AsyncAPI document must be an object."],
  ])("refuses %j", (document, message) => {
    expect(() => importAsyncApi(document, OPTIONS)).toThrow(
      expect.objectContaining({ code: "PRODUCT_IMPORT", message: expect.stringContaining(message) }),
    );
  });

  test("makes a product of any document, or refuses it", () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom<unknown>({ $ref: "#/channels" }, { $ref: "#" }),
    );
    fc.assert(
      fc.property(odd, odd, fc.dictionary(fc.string(), odd), (channels, operations, messages) => {
        for (const document of [
          { ...HARBOR, channels, operations },
          { ...HARBOR, channels: { cranes: { messages } } },
        ]) {
          try {
            expect(Object.keys(importAsyncApi(document, OPTIONS).data.events)).not.toEqual([]);
          } catch (error) {
            expect(error).toBeInstanceOf(CallboardError);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
