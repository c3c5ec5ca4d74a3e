/** The story of an own product: as short as it is told, and its commands run as they stand in the document. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readProductText } from "../../src/catalogue/document/parse.ts";
import { writeProductTypes } from "../../src/catalogue/document/types.ts";
import { readProduct } from "../../src/catalogue/document/read.ts";
import { compileTypes } from "../support/compile-types.ts";
import { STORY, STORY_COMMANDS, STORY_FILES, createStory } from "../support/own-product-story.ts";
import type { Story } from "../support/own-product-story.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("the story", () => {
  const block = (kind: string) =>
    [...STORY.matchAll(new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``, "g"))].map(([, text]) => text);

  test("has the files of the example, and no others", () => {
    const shown = [...block("yaml"), ...block("js"), ...block("json")];
    expect(shown.toSorted()).toEqual([...STORY_FILES.values()].toSorted());
    for (const path of STORY_FILES.keys()) expect(STORY).toContain(`\`${path}\``);
  });

  test("has five commands, and 12 lines of code", () => {
    expect(STORY_COMMANDS).toHaveLength(5);
    expect(STORY_COMMANDS.join("\n")).not.toMatch(/&&|;|\|/);
    const code = [...STORY_FILES]
      .filter(([path]) => /\.[cm]?[jt]s$/.test(path))
      .flatMap(([, text]) => text.trimEnd().split("\n"));
    expect(code).toHaveLength(12);
    expect(Math.max(...code.map(({ length }) => length))).toBeLessThanOrEqual(110);
  });

  test("has a product file without problems", () => {
    const [text = ""] = block("yaml");
    expect(readProduct(text).data.product).toBe("harbor");
    expect(readProductText(text)).toHaveProperty(["events", "crane.stopped"]);
  });
});

describe("the types for partners", () => {
  const typed = /```ts\n([^]*?)```/.exec(STORY)?.[1] ?? "";
  const compile = (addon: string) =>
    compileTypes(
      {
        "addon.ts": addon,
        "harbor.d.ts": writeProductTypes(readProduct(STORY_FILES.get("products/harbor.yaml") ?? "").data),
        "atlassian-connect.json": STORY_FILES.get("atlassian-connect.json") ?? "",
      },
      { skipLibCheck: true },
    ).map((problem) => problem.split("\n")[0]);

  test("the add-on of the document compiles with them", () => {
    expect(compile(typed)).toEqual([]);
  });

  test.each([
    ["crane.stopped", "crane.stoped", /"crane\.stoped"' is not assignable to .*'"crane\.stopped"'/],
    ["crane.id", "crane.weight", /Property 'weight' does not exist on type/],
    ['body?.reason ?? "no reason"', "body.reason", /'body' is possibly 'undefined'/],
  ])("with %s written as %s, it doesn't compile", (right, wrong, problem) => {
    expect(compile(typed.replace(right, wrong))).toEqual([expect.stringMatching(problem)]);
  });
});

describe("the commands", () => {
  let folder: string;
  let story: Story;

  beforeAll(async () => {
    expect(existsSync(join(ROOT, "dist/addon/index.js")), "npm run build comes first").toBe(true);
    folder = mkdtempSync(join(tmpdir(), "callboard-story-"));
    story = await createStory(folder, () => {
      // What `npm install callboard express` makes; test/pack runs that too.
      mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
      symlinkSync(ROOT, join(folder, "node_modules/callboard"));
      symlinkSync(join(ROOT, "node_modules/express"), join(folder, "node_modules/express"));
      symlinkSync("../callboard/bin/callboard.cjs", join(folder, "node_modules/.bin/callboard"));
      return Promise.resolve();
    });
    await story.run();
  }, 90_000);
  afterAll(async () => {
    await story.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("end with an event that the add-on has verified", () => {
    expect(story.processes.map(({ command }) => command)).toEqual(STORY_COMMANDS.slice(1));
    expect(story.processes[1]?.output()).toContain("verified: crane 4 has stopped\n");
  });
});
