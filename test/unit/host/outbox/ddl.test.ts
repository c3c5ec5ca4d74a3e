import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OUTBOX_DDL } from "../../../../src/host/outbox/ddl.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const page = readFileSync(join(ROOT, "docs/outbox.md"), "utf8");

test("docs/outbox.md has the statements as they are printed", () => {
  expect(page).toContain(`\`\`\`sql\n${OUTBOX_DDL}\`\`\``);
});

test("docs/outbox.md has the example as it is in its file, without the comment", () => {
  const example = readFileSync(join(ROOT, "examples/outbox/stop-crane.sql"), "utf8");
  expect(page).toContain(`\`\`\`sql\n${example.replace(/^--.*\n/, "")}\`\`\``);
});

test("docs/outbox.md names every column that a program writes or reads", () => {
  const columns = [...OUTBOX_DDL.matchAll(/^ {2}"?([a-z_]+)"? (?:text|json|timestamptz|bigint)/gm)].map(
    ([, name]) => name,
  );
  const told = [...page.matchAll(/^\| `([a-z_]+)`/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(
    columns.filter((name) => name !== "no" && name !== "created_at").toSorted(),
  );
});
