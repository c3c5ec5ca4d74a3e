/** `callboard products import`: what it prints is a product file. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
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
    env: {},
    readInput: () => Promise.resolve(JSON.stringify(OPENAPI)),
  });
  expect(code).toBe(0);
  expect(readProduct(out).data.events["crane.stopped"]?.sample).toEqual({
    crane: { id: 4 },
    neighbor: { id: 4 },
  });
});

describe("a document in several files", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function write(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), "callboard-import-"));
    folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  async function importFile(path: string, ...flags: readonly string[]) {
    let out = "";
    let notes = "";
    const code = await run(["products", "import", path, "--product", "harbor", ...flags], {
      out: (text) => void (out += text),
      note: (text) => void (notes += text),
      env: {},
      readInput: () => Promise.resolve(""),
    });
    return { code, notes, events: code === 0 ? readProduct(out).data.events : {} };
  }

  const SERVICE = `
asyncapi: 3.0.0
info: { title: Harbor, version: 1.0.0 }
channels:
  cranes:
    messages: { stopped: { $ref: "../common/messages.yaml#/stopped" } }
`;
  const MESSAGES = `stopped: { payload: { $ref: "./schemas.yaml#/Stopped" } }`;
  const SCHEMAS = `
Stopped: { type: object, required: [crane], properties: { crane: { $ref: "#/Crane" } } }
Crane: { type: integer }
`;
  const all = {
    "service/api.yaml": SERVICE,
    "common/messages.yaml": MESSAGES,
    "common/schemas.yaml": SCHEMAS,
  };

  test("is read as one, below the folder that is given", async () => {
    const folder = write(all);
    const { events } = await importFile(join(folder, "service/api.yaml"), "--files", folder);
    expect(events["stopped"]).toMatchObject({ sample: { crane: 1 } });
  });

  test("is read without files outside of its folder, and says how they are read", async () => {
    const folder = write(all);
    const { code, notes } = await importFile(join(folder, "service/api.yaml"));
    expect(code).not.toBe(0);
    expect(notes).toContain("../common/messages.yaml was not read: it is not below");
    expect(notes).toContain("--files");
  });

  test("doesn't lead out of the folder by a link, or to a file of another kind", async () => {
    const folder = write({
      "in/api.yaml":
        SERVICE.replace("../common/messages.yaml", "link.yaml") +
        `x-other: { $ref: "plain.txt#/a" }\nx-gone: { $ref: "gone.yaml" }\n`,
      "in/plain.txt": "a: 1",
      "out.yaml": MESSAGES,
    });
    symlinkSync(join(folder, "out.yaml"), join(folder, "in/link.yaml"));
    const { notes } = await importFile(join(folder, "in/api.yaml"));
    expect(notes).toContain("link.yaml was not read");
    expect(notes).toContain("plain.txt is not there, or is no .yaml");
    expect(notes).toContain("gone.yaml is not there");
  });
});
