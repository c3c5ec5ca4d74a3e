/**
 * Texts that tenants, vendors and add-ons read never tell them to set the server's environment or to run a command on its machine: such a
 * text says that its administrator can (`byAdministrator`).
 */
import ts from "typescript";
import { expect, test } from "vitest";
import { readSources } from "../support/source-imports.ts";

const OF_ADMINISTRATORS = /\bCALLBOARD_[A-Z_]+|\bcallboard [a-z]+/;

/** Rooms whose texts leave the server. */
const READ_BY_OTHERS = ["egress/", "host/"];

/** Places whose texts are for those who run the server, each with the reason. */
const FOR_ADMINISTRATORS: Readonly<Record<string, string>> = {
  "egress/allow-list.ts": "the name of the setting, and the start",
  "host/admin/": "keys and the first start",
  "host/care/": "backup, restore and moves",
  "host/examine.ts": "callboard doctor",
  "host/listener.ts": "the start",
  "host/outbox/": "the table in the publisher's own database",
  "host/products/": "files and changes of products, for the scope admin of the whole server",
  "host/store/": "the database",
  "host/listen/changes.ts": "a name that the command gives itself",
  "host/model/bottleneck.ts": "the page of processes",
  "host/model/distribution.ts": "the start",
  "host/model/replica.ts": "status of the server, and doctor",
  "host/model/roles.ts": "the start",
  "host/web/api/host.ts": "summary of an operation for administrators",
  "host/web/http/access.ts": "names the administrator itself",
  "host/web/http/origin.ts": "the start",
  "host/web/pages/curl.ts": "a command of the reader's own machine",
  "host/web/pages/start.ts": "commands of the reader's own machine",
  "host/web/products/upm.ts": "the caller has the token of an administrator",
};

const isForOthers = (file: string) =>
  READ_BY_OTHERS.some((room) => file.startsWith(room)) &&
  !Object.keys(FOR_ADMINISTRATORS).some((place) => file.startsWith(place));

/** Members and arguments that only name a setting. */
const NAMES: ReadonlySet<string> = new Set(["setting", "pointer"]);

/** Texts with a setting or a command, outside a call of the rule. */
function listTexts(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "byAdministrator") return;
    if (ts.isPropertyAssignment(node) && NAMES.has(node.name.getText(source))) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (OF_ADMINISTRATORS.test(node.text)) found.push(`${file}: ${node.text}`);
    }
    if (ts.isIdentifier(node) && node.text === "ALLOW_SETTING" && ts.isTemplateSpan(node.parent))
      found.push(`${file}: ${node.parent.parent.getText(source)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("a text that others read names a setting or a command only as something that the administrator can do", () => {
  const offenders = readSources()
    .filter(({ file }) => isForOthers(file))
    .flatMap(({ file, text }) => listTexts(file, text));
  expect(offenders).toEqual([]);
});

test("every place that is left out has such texts", () => {
  const sources = readSources();
  const idle = Object.keys(FOR_ADMINISTRATORS).filter(
    (place) => !sources.some(({ file, text }) => file.startsWith(place) && listTexts(file, text).length > 0),
  );
  expect(idle).toEqual([]);
});
