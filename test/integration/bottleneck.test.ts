/** What limits a process is named in the status, where the database is slow. */
import { expect, onTestFinished, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import { onDatabase } from "../support/pg-client.ts";
import { waitFor } from "../support/wait-for.ts";

const SLOW_COMMIT = `
  CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$;
  CREATE TRIGGER slow AFTER INSERT ON callboard_event FOR EACH STATEMENT EXECUTE FUNCTION slow();`;

test("a database whose commits take 100 ms is named as the limit, and no longer when events stop", async () => {
  const url = await newPostgresUrl();
  const host = await startTestHost(environmentOfSeveral(url));
  onTestFinished(() => host.stop());
  await onDatabase(url, SLOW_COMMIT);

  const limitedBy = async () => {
    const { body } = await host.call("GET", "/api/v1/status");
    return (body.processes as { limitedBy: { kind: string; detail: string } | null }[])[0]?.limitedBy;
  };
  expect(await limitedBy()).toBeNull();
  let isSending = true;
  const send = async () => {
    while (isSending)
      await host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
  };
  const sending = Promise.all([send(), send(), send(), send()]);
  await waitFor(
    async () =>
      expect(await limitedBy()).toEqual({
        kind: "database",
        detail: expect.stringContaining("The database is the limit") as string,
      }),
    60_000,
  );
  isSending = false;
  await sending;
  await waitFor(async () => expect(await limitedBy()).toBeNull(), 30_000);
}, 120_000);
