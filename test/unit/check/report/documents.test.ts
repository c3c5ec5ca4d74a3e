import { expect, test } from "vitest";
import { escapeXml, toJunit, toReport } from "../../../../src/check/report/documents.ts";
import { RUN } from "./results.ts";

test("the report says what failed, with the exact request and the fixes", () => {
  const report = toReport(RUN) as { checks: Record<string, unknown>[] };
  expect(report).toMatchObject({
    url: RUN.url,
    passed: false,
    counts: { passed: 2, failed: 1, warned: 1, skipped: 1, blocked: 1 },
    requests: 12,
    durationMs: 1_234,
  });
  expect(report.checks.map(({ id, state, reason }) => [id, state, reason])).toEqual([
    ["descriptor.valid", "passed", null],
    ["webhook.events", "passed", "one & two"],
    ["webhook.order", "skipped", "no webhook"],
    ["token.alg-none", "failed", 'the "algorithm" <none>: accepted with 204'],
    ["token.early", "warned", "nbf: accepted"],
    ["install.qsh", "blocked", "out of time"],
  ]);
  expect(report.checks[3]).toMatchObject({
    fix: { ace: expect.stringContaining("addon.authenticate()") },
    requests: [
      {
        what: 'the "algorithm" <none>',
        curl: expect.stringContaining("curl -X POST 'http://127.0.0.1:3000/hook?a=1&b=2'"),
        response: expect.stringMatching(/^204 /),
      },
    ],
  });
  expect(report.checks[0]).not.toHaveProperty("fix");
});

test("a run passes with warnings and skipped checks, and with nothing that is blocked", () => {
  const passedWith = (states: readonly string[]) =>
    (
      toReport({ ...RUN, results: RUN.results.filter(({ outcome }) => states.includes(outcome.state)) }) as {
        passed: boolean;
      }
    ).passed;
  expect(passedWith(["passed", "warned", "skipped"])).toBe(true);
  expect(passedWith(["passed", "blocked"])).toBe(false);
  expect(passedWith(["passed", "failed"])).toBe(false);
});

test("JUnit XML has a suite for each group and a test case for each check", () => {
  const xml = toJunit(RUN);
  expect([...xml.matchAll(/<testsuite name="(\w+)"/g)].map(([, name]) => name)).toEqual([
    "descriptor",
    "webhook",
    "token",
    "install",
  ]);
  expect(xml).toContain('tests="6" failures="1" errors="1" skipped="1" time="1.234"');
  expect(xml.match(/<testcase /g)).toHaveLength(6);
  expect(xml).toContain('message="the &quot;algorithm&quot; &lt;none&gt;: accepted with 204"');
  expect(xml).toContain('<skipped message="no webhook"/>');
  expect(xml).toContain('<error type="blocked" message="out of time"/>');
  expect(xml).toContain("<system-out>warning: nbf: accepted");
});

/** Reads XML strictly: one text, tag or declaration after the other, every tag closed. Returns what is left unread. */
function readXml(xml: string): { readonly unread: string; readonly open: readonly string[] } {
  const token =
    /^<\?xml[^?]*\?>|<(\/?)([\w-]+)((?:\s+[\w]+="(?:[^"<&]|&\w+;)*")*)\s*(\/?)>|(?:[^<&>]|&\w+;)+/y;
  const open: string[] = [];
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) return { unread: xml.slice(at, at + 40), open };
    const [, isClosing, name, , isEmpty] = match;
    if (name === undefined) continue;
    if (isClosing === "/" && open.pop() !== name) return { unread: `</${name}>`, open };
    if (isClosing === "" && isEmpty === "") open.push(name);
  }
  return { unread: "", open };
}

test("JUnit XML is well-formed whatever the add-on says", () => {
  expect(readXml(toJunit(RUN))).toEqual({ unread: "", open: [] });
  expect(readXml("<a>x & y</a>").unread).toBe("& y</a>");
  expect(readXml("<a><b></a>").unread).toBe("</a>");
});

test("XML text has no control characters, no half pairs and no markup", () => {
  expect(escapeXml('a\u0000\u001b\u0085\ufffe<&>"\ud800\n\t')).toBe(
    "a\ufffd\ufffd\ufffd\ufffd&lt;&amp;&gt;&quot;\ufffd\n\t",
  );
});
