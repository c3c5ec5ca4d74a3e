/** The OpenAPI document of a running host, with an own product, under the recommended rules of two linters. None is switched off. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

const MODULES = join(import.meta.dirname, "openapi-linters/node_modules");

let folder: string;
let host: TestHost;
let document: { paths: Record<string, Record<string, { operationId?: string }>>; webhooks: object };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-linters-"));
  writeFileSync(join(folder, "spectral.json"), JSON.stringify({ extends: ["spectral:oas"] }));
  host = await startTestHost();
  const product = await host.call("PUT", "/api/v1/products/harbor", HARBOR);
  expect(product.body).toMatchObject({ created: true });
  document = (await host.call("GET", "/api/openapi.json")).body as typeof document;
  expect(Object.keys(document.webhooks)).toContain("harbor/crane.stopped");
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** With a shared schema, a list without items, and names that differ in their signs alone. */
const HARBOR = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  schemas: { Crane: { type: "object", properties: { loads: { type: "array" } }, required: ["loads"] } },
  events: {
    "crane.stopped": {
      description: "A crane has stopped",
      schema: { type: "object", properties: { crane: { $ref: "#/schemas/Crane" } } },
      sample: { crane: { loads: [1] } },
    },
    "crane-stopped": { description: "The same in other words", sample: { at: null } },
  },
};

interface Finding {
  readonly rule: string;
  readonly message: string;
  readonly place: string;
}

/** Runs a linter on a document. Both end with a code of their own when they find something. */
function lint(program: string, args: readonly string[], value: object): Promise<string> {
  const file = join(folder, "openapi.json");
  writeFileSync(file, JSON.stringify(value));
  return new Promise((resolve, reject) => {
    const command = [join(MODULES, program), ...args, file];
    const env = { PATH: process.env["PATH"], REDOCLY_TELEMETRY: "off", CI: "true" };
    execFile(process.execPath, command, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, out, notes) => {
      if (out.trim() === "") reject(error ?? new Error(`${program} prints nothing: ${notes}`));
      else resolve(out);
    });
  });
}

async function redocly(value: object): Promise<readonly Finding[]> {
  const args = ["lint", "--extends=recommended", "--format=json", "--max-problems=1000"];
  const { problems } = JSON.parse(await lint("@redocly/cli/bin/cli.js", args, value)) as {
    readonly problems: readonly { ruleId: string; message: string; location: readonly { pointer?: string }[] }[];
  };
  return problems.map(({ ruleId, message, location: [at] }) => ({
    rule: ruleId,
    message,
    place: at?.pointer ?? "",
  }));
}

async function spectral(value: object): Promise<readonly Finding[]> {
  const args = ["lint", "--ruleset", join(folder, "spectral.json"), "--format=json", "--quiet"];
  const found = JSON.parse(await lint("@stoplight/spectral-cli/dist/index.js", args, value)) as readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly (string | number)[];
  }[];
  return found.map(({ code, message, path }) => ({ rule: code, message, place: path.join("/") }));
}

const LINTERS = { redocly, spectral };

test.each(Object.entries(LINTERS))("%s finds nothing", { timeout: 120_000 }, async (_name, run) => {
  expect(await run(document)).toEqual([]);
});

test.each(Object.entries(LINTERS))("%s finds a missing operationId", { timeout: 120_000 }, async (_name, run) => {
  const { webhooks: _left, ...rest } = structuredClone(document);
  const { [SITES]: sites = {} } = rest.paths;
  delete sites["get"]?.operationId;
  const found = await run({ ...rest, paths: { [SITES]: sites } });
  expect(found.filter(({ place }) => place.includes("sites")).map(({ rule }) => rule)).toEqual([
    "operation-operationId",
  ]);
});

const SITES = "/api/v1/sites";
