import { builtInCatalogue } from "../../src/catalogue/index.ts";
import type { FormatSubject } from "../../src/host/model/formats/subject.ts";

/** An event of Jira; `body` is its JSON value. */
export function formatSubject({
  body = { issue: { key: "DEMO-7" } },
  ...change
}: Partial<Omit<FormatSubject, "body">> & { readonly body?: unknown } = {}): FormatSubject {
  return {
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
    event: "jira:issue_created",
    eventId: "evt_1_0198c0ffee0070008000000000000000",
    at: Date.UTC(2026, 0, 31, 12),
    site: { key: "demo", name: "Demo", baseUrl: undefined },
    product: builtInCatalogue.get("jira"),
    ...change,
  };
}
