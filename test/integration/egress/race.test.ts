import { expect, onTestFinished, test } from "vitest";
import { interleave, overTcp, raceAddresses, type SocketBudget } from "../../../src/egress/race.ts";
import { egressWith, nameServerThat, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";
import { listenSilently } from "../../support/silent-listener.ts";

async function silentAt(addresses: readonly string[], port: number, sleepMs?: number): Promise<void> {
  const listener = await listenSilently(addresses, port, sleepMs);
  onTestFinished(() => listener.close());
}

function race(addresses: readonly string[], port: number, budget: SocketBudget): Promise<string> {
  return new Promise((resolve, reject) => {
    raceAddresses({ addresses, port, open: overTcp(budget), budget }, (...[failure, socket]) => {
      if (failure !== null) {
        reject(failure);
        return;
      }
      resolve(socket.remoteAddress ?? "");
      socket.destroy();
    });
  });
}

const unlimited = (): SocketBudget => ({ max: Number.POSITIVE_INFINITY, open: 0 });

test("a working address behind five dead ones is reached within the time to connect", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const dead = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"];
  await silentAt(dead, receiver.port);
  const server = await nameServerThat((_, type) => (type === "A" ? [...dead, "127.0.0.1"] : []));
  const egress = egressWith({
    dnsServers: [server.address],
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 8_000,
  });
  const url = `http://hooks.example.test:${receiver.port}/`;
  const { outcome } = await egress.post({ url, headers: [], body: Buffer.from("{}") });
  expect(outcome).toEqual({ kind: "accepted", status: 200 });
});

test("an address that is slow stays in the race when the ones after it fail", async () => {
  const receiver = await receiverThat(() => undefined);
  const { port } = receiver;
  await receiver.close();
  await silentAt(["127.0.0.2"], port, 600);
  const budget = unlimited();
  expect(await race(["127.0.0.2", "127.0.0.1"], port, budget)).toBe("127.0.0.2");
  await expect.poll(() => budget.open).toBe(0);
});

test("an address that refuses gives way at once, and the last failure is the result", async () => {
  const receiver = await receiverThat(() => undefined);
  const budget = unlimited();
  expect(await race(["127.0.0.2", "127.0.0.3", "127.0.0.1"], receiver.port, budget)).toBe("127.0.0.1");
  await expect(race(["127.0.0.2", "127.0.0.3"], receiver.port, budget)).rejects.toMatchObject({
    code: "ECONNREFUSED",
    address: "127.0.0.3",
  });
  await expect.poll(() => budget.open).toBe(0);
});

test.each([
  ["three at a time", Number.POSITIVE_INFINITY, 3],
  ["one at a time where sockets are short", 1, 1],
])("one request opens %s", async (_name, max, most) => {
  const receiver = await receiverThat(() => undefined);
  const dead = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
  await silentAt(dead, receiver.port);
  const budget: SocketBudget = { max, open: 0 };
  const seen = new Map<number, number>();
  const watching = setInterval(() => seen.set(budget.open, (seen.get(budget.open) ?? 0) + 1), 10);
  expect(await race([...dead, "127.0.0.1"], receiver.port, budget)).toBe("127.0.0.1");
  clearInterval(watching);
  // One that ends takes a moment to close: what counts is the usual number.
  const [usual] = [...seen].sort(([, count], [, other]) => other - count)[0]!;
  expect(usual).toBe(most);
});

test("the families take turns, beginning with that of the first address", () => {
  expect(interleave(["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"])).toEqual([
    "192.0.2.1",
    "2001:db8::1",
    "192.0.2.2",
    "192.0.2.3",
  ]);
  expect(interleave(["2001:db8::1"])).toEqual(["2001:db8::1"]);
});
