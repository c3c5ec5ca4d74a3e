import { expect, test } from "vitest";
import { outgoingSockets, parseLimits } from "../../../src/egress/open-files.ts";
import { requireOpenFiles } from "../../../src/cli/open-files.ts";
import { egressWith, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";

test("the limit in force is read, not the one up to which it may be raised", () => {
  const text =
    "Limit                     Soft Limit           Hard Limit           Units     \n" +
    "Max processes             1000                 2000                 processes \n" +
    "Max open files            512                  4096                 files     \n";
  expect(parseLimits(text)).toBe(512);
  expect(parseLimits(text.replace("512 ", "unlimited "))).toBeUndefined();
});

test.each([
  [undefined, Number.POSITIVE_INFINITY],
  [20_000, 9_968],
  [512, 224],
  [70, 8],
])("with %s open files, outgoing requests may use %s", (limit, sockets) => {
  expect(outgoingSockets(limit)).toBe(sockets);
});

test("a server is not started with so few that loading it may fail", () => {
  expect(() => requireOpenFiles(128)).toThrow("this process may open 128");
  expect(() => requireOpenFiles(256)).not.toThrow();
  expect(() => requireOpenFiles(undefined)).not.toThrow();
});

test("at the limit of sockets the connection that is idle for longest closes for a new one", async () => {
  const receivers = await Promise.all(
    [1, 2, 3].map(() => receiverThat((socket) => socket.write(answer(200)))),
  );
  const egress = egressWith({ maxSockets: 2 });
  const post = (index: number) =>
    egress.post({ url: receivers[index]!.url, headers: [], body: Buffer.from("{}") });
  const closed = receivers[0]!.next("close");
  for (const index of [0, 1, 2]) expect((await post(index)).outcome.kind).toBe("accepted");
  await closed;
  expect(receivers.map(({ connections }) => connections())).toEqual([1, 1, 1]);
  await post(1);
  expect(receivers[1]!.connections()).toBe(1);
});
