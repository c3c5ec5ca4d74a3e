/**
 * Every function that reads what comes from outside has a property test. Found by its name; a test counts when a file with
 * fast-check in it imports the function from its module.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PARSER =
  /^export (?:async )?(?:function\*? |const )((?:parse|read|check|scan|decode|judge|split)[A-Z]\w*)(?! = \((?:q|tx): Queryable)(?!\(\s*(?:q|tx): Queryable)\b/gm;
// A function whose first parameter is a database reads rows that were checked before they were written.

/** Those without one of their own, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  // Part of what another property walks.
  "addon/judge.ts judgeBody": "test/integration/addon/hostile-bodies.test.ts sends any body through it",
  "addon/judge.ts judgeSignedInstall":
    "test/integration/addon/hostile-bodies.test.ts sends any body through it",
  "addon/judge.ts judgeTenant": "test/integration/addon/hostile-bodies.test.ts sends any body through it",
  "addon/lifecycle.ts checkCallbackBody":
    "test/integration/addon/hostile-bodies.test.ts sends any body through it",
  "addon/lifecycle.ts checkReplay": "judges two times and a fingerprint of a token that verified",
  "host/model/fan-out.ts judgeSubscriptions": "judges subscriptions that were parsed before",
  "host/filters/ahead.ts parseFiltersAhead": "parses with parseFilter, whose errors it keeps",
  "host/products/files.ts readProductFiles": "reads with readInThread",
  "host/products/check.ts readInThread": "reads with readProduct",
  "host/model/payload.ts readAhead": "reads with readJsonInTurns",
  // Nothing from outside.
  "cli/read-files.ts readWithFiles":
    "reads files with readProductText, and puts them together with bundleFiles",
  "cli/source.ts readText": "reads a file that the user names, as text",
  "egress/open-files.ts readOpenFileLimit": "reads a file of the kernel with parseLimits",
  "host/products/progress.ts readStep": "reads memory that writeStep wrote",
  "host/replay/runner.ts readKeptFrom": "reads periods of the settings",
  "host/web/pages/assets.ts readAssets": "reads files of the package",
  "host/web/pages/form.ts readFormWithFile": "reads with readForm or readMultipartForm",
  "inspector/descriptor.ts readInspectorDescriptor": "reads a file of the package",
};

const filesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
const readText = (folder: string, file: string) => readFileSync(join(ROOT, folder, file), "utf8");

function importedByProperties(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of filesIn("test")) {
    const text = readText("test", file);
    if (!text.includes('from "fast-check"')) continue;
    for (const [, names = "", path = ""] of text.matchAll(/^import \{([^}]*)\} from "(\.[^"]+)"/gm)) {
      const module = normalize(join("test", dirname(file), path)).replace(/^src\//, "");
      for (const name of names.split(",")) found.add(`${module} ${name.trim().replace(/ as .*/, "")}`);
    }
  }
  return found;
}

const parsers = filesIn("src").flatMap((file) =>
  [...readText("src", file).matchAll(PARSER)].map(([, name = ""]) => `${file} ${name}`),
);

test("no parser is without a property test, but for those that are listed with a reason", () => {
  const tested = importedByProperties();
  expect(parsers.filter((parser) => !tested.has(parser)).sort()).toEqual(Object.keys(WITHOUT).sort());
});

test("there are parsers in all rooms", () => {
  const rooms = new Set(parsers.map((parser) => parser.split("/")[0]));
  expect(parsers.length).toBeGreaterThan(70);
  expect([...rooms]).toEqual(
    expect.arrayContaining(["addon", "catalogue", "cli", "egress", "host", "inspector", "json", "protocol"]),
  );
});
