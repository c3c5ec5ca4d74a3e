/** The files that a project has beside its code: each says what is true here, and every link of the documents leads somewhere. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const list = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(read("package.json")) as Manifest;

describe("LICENSE", () => {
  test("is the one that package.json and the image name", () => {
    expect(read("LICENSE")).toMatch(/^MIT License\n\nCopyright \(c\) \d{4} the Callboard authors\n/);
    expect(manifest.license).toBe("MIT");
    expect(read("deploy/Dockerfile")).toContain('org.opencontainers.image.licenses="MIT"');
  });
});

describe("CHANGELOG.md", () => {
  const text = read("CHANGELOG.md");
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);

  test("has what is not released yet, then versions with their dates, newest first", () => {
    expect(headings[0]).toBe("[Unreleased]");
    const versions = headings.slice(1);
    expect(
      versions.filter((each) => !/^\[\d+\.\d+\.\d+(?:-rc\.\d+)?\](?: - \d{4}-\d\d-\d\d)?$/.test(each)),
    ).toEqual([]);
    const dates = versions.flatMap((each) => / - (.+)$/.exec(each)?.[1] ?? []);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  test("groups changes by the kinds of Keep a Changelog", () => {
    const kinds = [...text.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);
    expect(
      kinds.filter((kind) => !/^(?:Added|Changed|Deprecated|Removed|Fixed|Security)$/.test(kind ?? "")),
    ).toEqual([]);
  });

  test("has the version of package.json, as have the lock file and the chart", () => {
    const lock = JSON.parse(read("package-lock.json")) as Manifest;
    const chart = parse(read("deploy/helm/callboard/Chart.yaml")) as Readonly<
      Record<"version" | "appVersion", string>
    >;
    expect(headings.map((heading) => /^\[(.+?)\]/.exec(heading)?.[1])).toContain(manifest.version);
    expect([lock.version, chart.version, chart.appVersion]).toEqual(Array(3).fill(manifest.version));
  });
});

describe("docs/releasing.md", () => {
  const text = read("docs/releasing.md");
  const scripts = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);

  test("names scripts and files that exist", () => {
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
    const paths = [...text.matchAll(/(?<=[`\s])(?:\.ci|deploy|src|docs|CHANGELOG)[\w./-]*/g)].map(
      ([path]) => path,
    );
    expect(paths.length).toBeGreaterThan(4);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("its commands change the version in all of its places", () => {
    const [, commands = ""] = /```sh\n(npm version [^]*?)```/.exec(text) ?? [];
    const folder = mkdtempSync(join(tmpdir(), "callboard-release-"));
    try {
      const places = [
        "package.json",
        "package-lock.json",
        "deploy/helm/callboard/Chart.yaml",
        "CHANGELOG.md",
      ];
      mkdirSync(join(folder, "deploy/helm/callboard"), { recursive: true });
      for (const place of places) copyFileSync(join(ROOT, place), join(folder, place));
      execFileSync("sh", ["-ec", commands], { cwd: folder, stdio: "pipe" });
      const changed = places.map((place) => readFileSync(join(folder, place), "utf8"));
      expect(
        changed.filter((each) => !/^.*\bversion"?: "?1\.0\.0-rc\.2\b|^## \[1\.0\.0-rc\.2\] - /m.test(each)),
      ).toEqual([]);
      expect(changed[2]).toMatch(/^appVersion: 1\.0\.0-rc\.2$/m);
      expect(changed[3]).toMatch(/^## \[Unreleased\]\n\n## \[1\.0\.0-rc\.2\]/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("the word list of the spelling check is sorted, and its words are in no other form", () => {
  const { words } = JSON.parse(read("cspell.json")) as { readonly words: readonly string[] };
  expect(words).toEqual([...new Set(words.map((word) => word.toLowerCase()))].sort());
});

describe("docs/clients.md", () => {
  test("has the versions that npm run test:clients installs", () => {
    const installed = readdirSync(join(ROOT, "test/clients"), { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && existsSync(join(ROOT, "test/clients", entry.name, "package.json")),
      )
      .flatMap(({ name }) => {
        const { dependencies } = JSON.parse(read(`test/clients/${name}/package.json`)) as {
          readonly dependencies: Readonly<Record<string, string>>;
        };
        return Object.entries(dependencies).map(([client, version]) => `${client} ${version}`);
      });
    const rows = read("docs/clients.md").matchAll(/^\| \[([\w.-]+)\]\([^)]+\)[^|]*\| (\S+) +\|/gm);
    const told = [...rows].map(([, client, version]) => `${client} ${version}`);
    expect(told.length).toBe(3);
    expect(told.filter((each) => !installed.includes(each))).toEqual([]);
  });
});

describe("forms for issues", () => {
  const forms = list(".github/ISSUE_TEMPLATE", ".yml").filter((path) => !path.endsWith("config.yml"));
  interface Field {
    readonly type: string;
    readonly id?: string;
    readonly attributes: {
      readonly label?: string;
      readonly value?: string;
      readonly options?: readonly string[];
    };
  }
  interface Form {
    readonly name: string;
    readonly description: string;
    readonly body: readonly Field[];
  }

  // The rules of GitHub's syntax for issue forms: a form that breaks one is not offered.
  test.each(forms)("%s has a name, a description and fields that GitHub takes", (path) => {
    const { name, description, body } = parse(read(path)) as Form;
    expect([name, description]).not.toContain(undefined);
    const ids = body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[\w-]+$/.test(id))).toEqual([]);
    const wrong = body.filter(({ type, attributes: { label, value, options } }) => {
      if (type === "markdown") return value === undefined;
      if (type === "dropdown") return label === undefined || (options ?? []).length === 0;
      return label === undefined || !["input", "textarea", "checkboxes"].includes(type);
    });
    expect(wrong).toEqual([]);
    expect(body.some(({ type }) => type !== "markdown")).toBe(true);
  });

  test("name commands that exist", async () => {
    const { run } = await import("../src/cli/index.ts");
    let help = "";
    await run(["--help"], {
      out: (text) => void (help += text),
      note: () => undefined,
      env: {},
      readInput: () => Promise.resolve(""),
    });
    const commands = forms.flatMap((path) =>
      [...read(path).matchAll(/callboard ([a-z]+)\b/g)].map(([, command = ""]) => command),
    );
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => !new RegExp(`^ {2}${command}\\b`, "m").test(help))).toEqual([]);
  });
});

describe("links of documents", () => {
  const documents = [...list(".", ".md"), ...list("docs", ".md"), ...list(".github", ".md")];

  /** As GitHub makes them from headings. */
  const listAnchors = (path: string): readonly string[] =>
    [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-"),
    );

  const listLinks = (path: string): readonly string[] =>
    [
      ...read(path)
        .replaceAll(/^```[^]*?^```/gm, "")
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link));

  test.each(documents)("%s: every link within the repository leads to a file and a heading", (path) => {
    const dead = listLinks(path).filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : resolve(ROOT, dirname(path), file).slice(ROOT.length + 1);
      if (!existsSync(join(ROOT, target))) return true;
      return (
        anchor !== undefined && statSync(join(ROOT, target)).isFile() && !listAnchors(target).includes(anchor)
      );
    });
    expect(dead).toEqual([]);
  });

  test("are found", () => {
    expect(documents.flatMap(listLinks).length).toBeGreaterThan(60);
  });
});
