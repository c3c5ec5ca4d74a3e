/** The signature of an outgoing webhook in its form. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";

let host: TestHost;
let session: PageSession;
beforeAll(async () => {
  host = await startTestHost();
  await host.call("POST", "/api/v1/sites", { key: "board", product: "backlog", name: "Board" });
  session = await logIn(host);
});
afterAll(() => host.stop());

const fields = (values: Readonly<Record<string, string>>) => ({
  csrf: session.csrf,
  name: "Signed",
  url: "https://hooks.example.com/in",
  format: "backlog",
  allEvents: "on",
  active: "on",
  secretChoice: "none",
  do: "save",
  ...values,
});
interface Shown {
  readonly id: string;
  readonly publicKeys: readonly { readonly kid: string; readonly key: string }[];
}
const list = async () =>
  (await host.call("GET", "/api/v1/sites/board/webhooks")).body.items as readonly Shown[];
const first = async (): Promise<Shown> => (await list())[0] ?? { id: "", publicKeys: [] };
const readText = async (path: string) => (await session.get(path)).text();

test("a webhook gets a key pair by its form, whose public key is on its page, and keeps it when it is saved", async () => {
  const offered = await readText("/admin/webhooks/board/new");
  expect(offered).toContain('<option value="standard" selected>');
  expect(offered).not.toContain('<option value="hub">');
  const saved = await session.post("/admin/webhooks/board/new", fields({ signature: "ed25519" }));
  expect(saved.status).toBe(303);
  const made = await first();
  expect(made).toMatchObject({ signature: "ed25519", publicKeys: [{ until: null }] });
  const path = `/admin/webhooks/board/${made.id.split("_")[2]}`;
  const page = await readText(path);
  expect(page).toContain('<option value="ed25519" selected>');
  const [{ kid, key } = { kid: "none", key: "none" }] = made.publicKeys;
  expect(page).toContain(`<code>${key}</code>`);
  expect(page).toContain(kid);
  await session.post(path, fields({ signature: "ed25519", secretChoice: "keep", name: "Renamed" }));
  expect(await list()).toMatchObject([{ name: "Renamed", publicKeys: made.publicKeys }]);

  const changed = await session.post(path, fields({ signature: "standard", secretChoice: "keep" }));
  const shown = await changed.text();
  expect(shown).toMatch(/<code id="made">whsec_[^<]+<\/code>/);
  expect(shown).toContain("Previous public key");
  expect(shown).not.toContain("whsk_");
});

test("a secret of one's own is refused beside a key pair", async () => {
  const refused = await session.post(
    "/admin/webhooks/board/new",
    fields({ signature: "ed25519", secretChoice: "given", secret: "any words" }),
  );
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining("must be left out: ed25519 has a key pair, which is generated"),
  ]);
});

test("Jira's own signature is the one that its form begins with", async () => {
  expect(await readText("/admin/webhooks/jira/new")).toContain('<option value="hub" selected>');
});
