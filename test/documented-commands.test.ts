/**
 * Every command of the documents is run by a test, or listed here with the reason why none runs it. Commands of `callboard` itself are
 * run by test/documents.test.ts.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const DOCUMENTS = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** `test` is the file that runs the commands, `unless` the reason why there is none. */
type Row = readonly [
  document: string,
  commands: RegExp,
  run: { readonly test: string } | { readonly unless: string },
];

const ROWS: readonly Row[] = [
  ["README.md", /^npm ci && npm start$|^npm test$/, { unless: "CI is made of them" }],
  [
    "README.md",
    /^npm install callboard$|^mkdir |^echo |keeps running$/,
    { test: "test/pack/stories.test.ts" },
  ],
  ["docs/api.md", /^curl /, { unless: "the same request is made by test/integration/idempotency.test.ts" }],
  ["docs/clients.md", /^CONNECT_KEYS_CDN_URL=/, { test: "test/clients/ace.test.ts" }],
  ["docs/cli.md", /^callboard (?:serve|migrate|test)/, { test: "test/integration/cli" }],
  ["docs/cli.md", /^source </, { unless: "test/unit/cli has the completion scripts" }],
  [
    "docs/directory.md",
    /^curl /,
    { unless: "the same request is made by test/integration/directory.test.ts" },
  ],
  ["docs/inspector.md", /^callboard serve/, { test: "test/pack/stories.test.ts" }],
  ["docs/metrics.md", /opentelemetry|OTEL_/, { test: "test/integration/tracing.test.ts" }],
  ["docs/own-product-story.md", /^npm |serve$|^node |^HARBOR_TOKEN/, { test: "test/pack/pack.test.ts" }],
  ["docs/production.md", /^docker (?!compose)/, { test: "test/deploy/image.test.ts" }],
  [
    "docs/production.md",
    /docker compose|^install |^kubectl |^helm |^npm install|^systemctl |^nginx |^caddy |migrate$|^tar |^pg_/,
    { test: "test/deploy/production.test.ts" },
  ],
  [
    "docs/quickstarts.md",
    /^WEBHOOK_SECRET|^python |^pip |^mvn /,
    { test: "test/clients/quickstarts.test.ts" },
  ],
  ["docs/quickstarts.md", /^CONNECT_KEYS_CDN_URL=/, { test: "test/clients/ace.test.ts" }],
  ["docs/quickstarts.md", /^npm install callboard$|callboard serve$/, { test: "test/pack/stories.test.ts" }],
  ["docs/releasing.md", /^npm version|^sed /, { test: "test/project-files.test.ts" }],
  ["docs/releasing.md", /^npm (?:test|run)|^npm publish|^git |^docker |^helm /, { unless: "it publishes" }],
  ["docs/testing.md", /^callboard test /, { test: "test/integration/testing/runners.test.ts" }],
];

/** Commands of `callboard` that test/documents.test.ts runs. */
const OF_CALLBOARD = /^(?:npx )?callboard (?!serve|migrate|test )/;

/** The commands of the blocks for a shell, with continued lines as one. */
function listShellCommands(document: string): readonly string[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const blocks = [...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```/gm)];
  return blocks
    .filter(([, , language]) => language === "sh")
    .flatMap(([, , , block = ""]) => block.replaceAll(/\\\n\s*/g, " ").split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

const COMMANDS = DOCUMENTS.flatMap((document) =>
  listShellCommands(document).map((command) => [document, command] as const),
);

test("every command of the documents is run by a test, or has a reason why none runs it", () => {
  expect(COMMANDS.length).toBeGreaterThan(100);
  const left = COMMANDS.filter(
    ([document, command]) =>
      !OF_CALLBOARD.test(command) && !ROWS.some(([of, pattern]) => of === document && pattern.test(command)),
  );
  expect(left).toEqual([]);
});

test("every row means a command, and a test that exists", () => {
  for (const [document, pattern, run] of ROWS) {
    const means = COMMANDS.some(([of, command]) => of === document && pattern.test(command));
    expect([document, pattern, means]).toEqual([document, pattern, true]);
    if ("test" in run) expect([run.test, existsSync(join(ROOT, run.test))]).toEqual([run.test, true]);
  }
});
