/** Names: which answers count, how long, and that a name server that says nothing holds up nobody else. */
import { expect, test } from "vitest";
import type { Egress, Outcome } from "../../../src/egress/index.ts";
import { egressWith, nameServerThat, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";

async function post(egress: Egress, url: string): Promise<Outcome> {
  const { outcome } = await egress.post({ url, headers: [], body: Buffer.from("{}") });
  return outcome;
}

const okay = { kind: "accepted", status: 200 };

test("the addresses of a name are asked for once for any number of connections at a time, and kept for their TTL", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const server = await nameServerThat((_, type) => (type === "A" ? ["127.0.0.1"] : []), 10);
  let nowMs = 1_000_000;
  const egress = egressWith({ dnsServers: [server.address], connectionLifetimeMs: 0, now: () => nowMs });
  const url = `http://hooks.example.test:${receiver.port}/`;
  const asked = ["A hooks.example.test", "AAAA hooks.example.test"];

  const results = await Promise.all(Array.from({ length: 10 }, () => post(egress, url)));
  expect(results).toEqual(Array.from({ length: 10 }, () => okay));
  expect([...server.questions].sort()).toEqual(asked);

  nowMs += 9_999;
  expect(await post(egress, url)).toEqual(okay);
  expect(server.questions).toHaveLength(2);

  nowMs += 1;
  expect(await post(egress, url)).toEqual(okay);
  expect(server.questions).toHaveLength(4);
});

test("an answer is kept for 30 seconds at most, whatever its TTL says", async () => {
  const server = await nameServerThat(() => ["93.184.216.34"], 86_400);
  let nowMs = 1_000_000;
  const egress = egressWith({ dnsServers: [server.address], now: () => nowMs });
  await egress.resolveCheck("https://hooks.example.test/");
  nowMs += 30_000;
  await egress.resolveCheck("https://hooks.example.test/");
  expect(server.questions).toHaveLength(4);
});

test("a name that moves to another network between two requests does not take them along", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  let address = "127.0.0.1";
  const server = await nameServerThat((_, type) => (type === "A" ? [address] : []));
  const egress = egressWith({ dnsServers: [server.address], connectionLifetimeMs: 0 });
  const url = `http://rebind.example.test:${receiver.port}/`;
  expect(await post(egress, url)).toEqual(okay);
  address = "169.254.169.254";
  expect(await post(egress, url)).toMatchObject({
    kind: "forbidden",
    code: "DNS_DENIED",
    address: "169.254.169.254",
  });
});

test("one family is enough", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const server = await nameServerThat((_, type) => (type === "A" ? ["127.0.0.1"] : "servfail"));
  const egress = egressWith({ dnsServers: [server.address] });
  expect(await post(egress, `http://hooks.example.test:${receiver.port}/`)).toEqual(okay);
});

test("a name without an address, or without a server that knows, is unreachable and may be tried again", async () => {
  const server = await nameServerThat((name) => {
    if (name.startsWith("empty")) return [];
    return name.startsWith("nx") ? "nxdomain" : "servfail";
  });
  const egress = egressWith({ dnsServers: [server.address] });
  for (const name of ["empty", "nx", "broken"]) {
    const url = `https://${name}.example.test/`;
    expect(await post(egress, url)).toMatchObject({ kind: "unreachable", reason: "dns" });
    await expect(egress.resolveCheck(url)).rejects.toMatchObject({ code: "DNS_FAIL" });
  }
});

test("a name on the allow-list may be private, but is no way to the metadata service", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  let address = "127.0.0.1";
  const server = await nameServerThat((_, type) => (type === "A" ? [address] : []));
  const egress = egressWith({ allowNetworks: ["hooks.example.test"], dnsServers: [server.address] });
  expect(await post(egress, `http://hooks.example.test:${receiver.port}/`)).toEqual(okay);
  const other = await post(egress, `http://other.example.test:${receiver.port}/`);
  expect(other).toMatchObject({ kind: "forbidden", code: "DNS_DENIED", address: "127.0.0.1" });

  for (const allowed of ["10.0.0.5", "192.168.1.1"]) {
    address = allowed;
    await egress.resolveCheck("https://hooks.example.test/");
  }
  for (const denied of ["169.254.169.254", "168.63.129.16", "0.0.0.0"]) {
    address = denied;
    await expect(egress.resolveCheck("https://hooks.example.test/")).rejects.toMatchObject({
      code: "DNS_DENIED",
    });
  }
});

test("a hundred names whose servers say nothing do not delay a healthy one, and end by themselves", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const server = await nameServerThat((name, type) => {
    if (name.startsWith("silent")) return "silent";
    return type === "A" ? ["127.0.0.1"] : [];
  });
  const egress = egressWith({ dnsServers: [server.address], connectionLifetimeMs: 0 });
  const silent = Array.from({ length: 100 }, (_, index) =>
    post(egress, `https://silent-${index}.example.test/`),
  );
  let hasAnyEnded = false;
  void Promise.race(silent).then(() => (hasAnyEnded = true));
  expect(await post(egress, `http://healthy.example.test:${receiver.port}/`)).toEqual(okay);
  expect(hasAnyEnded).toBe(false);
  for (let sent = 0; sent < 10; sent += 1) {
    expect(await post(egress, `http://healthy.example.test:${receiver.port}/`)).toEqual(okay);
  }
  for (const outcome of await Promise.all(silent)) {
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "dns" });
  }
});

test("a request whose time is up while its name resolves ends, and nothing comes after", async () => {
  const server = await nameServerThat(() => "silent");
  const egress = egressWith({ dnsServers: [server.address], requestTimeoutMs: 100 });
  const url = "https://silent.example.test/";
  expect(await post(egress, url)).toMatchObject({ kind: "unreachable", reason: "timeout" });
  const { outcome } = await egress.request({ method: "GET", url, maxBytes: 10 });
  expect(outcome).toMatchObject({ kind: "unreachable", reason: "timeout" });
  expect(egress.stats().inFlight).toBe(0);
});
