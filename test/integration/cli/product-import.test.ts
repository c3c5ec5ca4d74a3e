/** `callboard products import`: what it prints is a product file. */
import { expect, test } from "vitest";
import { readProduct } from "../../../src/catalogue/document/read.ts";
import { run } from "../../../src/cli/index.ts";

const OPENAPI = {
  openapi: "3.1.0",
  info: { title: "Harbor", version: "1" },
  webhooks: {
    "crane.stopped": {
      post: {
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["crane", "neighbor"],
                properties: {
                  crane: { $ref: "#/components/schemas/Crane" },
                  neighbor: { $ref: "#/components/schemas/Crane" },
                },
              },
            },
          },
        },
        responses: {},
      },
    },
  },
  components: { schemas: { Crane: { type: "object", example: { id: 4 } } } },
};

test.each([
  ["yaml", []],
  ["JSON", ["--json"]],
])("an example that is used twice is written twice in %s", async (_form, flags) => {
  let out = "";
  const code = await run(["products", "import", "-", "--product", "harbor", ...flags], {
    out: (text) => void (out += text),
    note: () => undefined,
    env: { CALLBOARD_URL: "http://127.0.0.1:9", CALLBOARD_TOKEN: "cb_0123456789abcdefghij" },
    readInput: () => Promise.resolve(JSON.stringify(OPENAPI)),
  });
  expect(code).toBe(0);
  expect(readProduct(out).data.events["crane.stopped"]?.sample).toEqual({
    crane: { id: 4 },
    neighbor: { id: 4 },
  });
});
