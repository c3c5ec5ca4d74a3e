/** One way to write an address of this server, so that it stands below the path of the base URL. Read from the source itself. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const filesBelow = (dir: string, ending: string) =>
  readdirSync(join(ROOT, dir), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(dir, file));

/** Addresses in the attributes of a view that do not go through the helper. */
const bypassesIn = (view: string) =>
  [...view.matchAll(/\b(?:href|action|src|formaction|data-live|data-load)="((?:<%.*?%>|[^"<])*)"/gs)]
    .map(([, value]) => value!)
    .filter((value) => !value.startsWith("#") && !/^<%= it\.show\.href\(.*\) %>$/s.test(value))
    // The Inspector is a server of its own.
    .filter((value) => !/^<%= \w+\.inspectorUrl %>$/.test(value));

describe("views of the host", () => {
  test.each(filesBelow("views/host", ".eta"))("%s writes every address with it.show.href", (file) => {
    expect(bypassesIn(read(file))).toEqual([]);
  });
  test("the check sees what it is for", () => {
    expect(
      ['<a href="/admin">', '<form action="<%= it.action %>">', '<a href="<%= it.show.href(a) %>/x">'].map(
        (view) => bypassesIn(view).length,
      ),
    ).toEqual([1, 1, 1]);
    expect(
      bypassesIn('<a href="<%= it.show.href("/admin") %>"<% if (it.x) { %> y<% } %>><a href="#x">'),
    ).toEqual([]);
  });
  // They get addresses that are finished: the Inspector uses them as well.
  test.each(["views/layout.eta", "views/json-tree.eta"])("%s has no address of its own", (file) => {
    expect(read(file)).not.toMatch(/"\/(?:admin|assets)\b(?!")/);
    expect(bypassesIn(read(file)).filter((value) => !value.startsWith("<%= "))).toEqual([]);
  });
});

describe("code of the pages", () => {
  const files = filesBelow("src/host/web", ".ts");
  test("redirects in one place, which writes the address with href", () => {
    const redirects = files.flatMap((file) =>
      [...read(file).matchAll(/^.*(?:\.redirect\(|"location").*$/gm)].map(
        ([line]) => `${file}: ${line.trim()}`,
      ),
    );
    expect(redirects).toEqual([
      // Browsers ask for it by themselves, and it is no page.
      'src/host/web/pages/router.ts: response.redirect(302, rooms.href("/assets/callboard.svg")),',
      "src/host/web/pages/sender.ts: response.redirect(303, href(withNotice(to, notice)));",
    ]);
  });
  test("writes no HTML with an address", () => {
    expect(files.filter((file) => /(?:href|action|src)=\\?"/.test(read(file)))).toEqual([]);
  });
  test("has no address of a page in the script or the stylesheet", () => {
    const assets = ["callboard.js", "callboard.css"].map((file) => read(`views/assets/${file}`));
    expect(assets.filter((text) => /["'`(]\/(?:admin|assets)/.test(text))).toEqual([]);
  });
});
