import { expect, test } from "vitest";
import { startTestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";

test("an event is shown as the chosen site sends it, with how well that body is known", async () => {
  const host = await startTestHost();
  try {
    const cloud = { key: "cloud", product: "confluence", name: "Cloud", options: { envelope: "cloud" } };
    await host.call("POST", "/api/v1/sites", cloud);
    const { get } = await logIn(host);
    const shown = async (query: string) =>
      (await get(`/admin/catalogue/confluence/space_created${query}`)).text();

    const onCloud = await shown("?site=cloud");
    expect(onCloud).toContain("In the envelope <code>cloud</code>, as cloud sends it.");
    expect(onCloud).toContain("<dd>guessed</dd>");
    const elsewhere = await shown("?site=confluence");
    expect(elsewhere).not.toContain("In the envelope");
    expect(elsewhere).not.toContain("<dd>guessed</dd>");
  } finally {
    await host.stop();
  }
});
