import { expect, onTestFinished, test } from "vitest";
import { startReceiver } from "../../../support/http-receiver.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";

const countTimers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("an engine has a timer while a request is in flight, and none without anything to do", async () => {
  let respond = (): void => undefined;
  const receiver = await startReceiver((_request, response) => {
    respond = () => void response.writeHead(204).end();
  });
  onTestFinished(receiver.close);
  const bench = await startBench("sqlite::memory:");
  onTestFinished(bench.stop);
  await bench.addAddon("one", receiver.url);

  /** Waits until the timers are as many as they were for some time: the start of an engine takes two seconds. */
  const countAtRest = async (most = 8): Promise<number> => {
    let count = -1;
    for (let same = 0; same < most; await new Promise((resolve) => setTimeout(resolve, 100))) {
      same = count === countTimers() ? same + 1 : 0;
      count = countTimers();
    }
    return count;
  };
  const atRest = await countAtRest(25);

  await bench.post();
  await waitFor(() => expect(receiver.received).toHaveLength(1));
  expect(await countAtRest()).toBeGreaterThan(atRest);
  respond();
  await bench.settled();
  expect(await countAtRest()).toBe(atRest);
}, 30_000);
