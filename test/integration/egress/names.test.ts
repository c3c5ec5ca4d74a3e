/** Names: which answers count, how long, and that a name server that says nothing holds up nobody else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseHosts } from "../../../src/egress/hosts-file.ts";
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

test.each([
  ["A", "AAAA", "127.0.0.1"],
  ["AAAA", "A", "::1"],
])("%s records count although the query for %s is never answered", async (answered, _silent, address) => {
  const server = await nameServerThat((_, type) => (type === answered ? [address] : "silent"));
  const egress = egressWith({ dnsServers: [server.address] });
  await egress.resolveCheck("https://hooks.example.test/");
  const guarded = egressWith({ allowNetworks: [], dnsServers: [server.address] });
  await expect(guarded.resolveCheck("https://hooks.example.test/")).rejects.toMatchObject({
    code: "DNS_DENIED",
  });
});

test("the family that comes a moment later counts as well", async () => {
  const server = await nameServerThat((_, type) =>
    type === "A" ? ["93.184.216.34"] : { after: 10, answer: ["fd00::1"] },
  );
  const egress = egressWith({ allowNetworks: [], dnsServers: [server.address] });
  await expect(egress.resolveCheck("https://hooks.example.test/")).rejects.toMatchObject({
    code: "DNS_DENIED",
  });
});

test("name servers that are silent give way to the next one", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const [first, second] = [await nameServerThat(() => "silent"), await nameServerThat(() => "silent")];
  const server = await nameServerThat((_, type) => (type === "A" ? ["127.0.0.1"] : []));
  const egress = egressWith({ dnsServers: [first.address, second.address, server.address] });
  expect(await post(egress, `http://hooks.example.test:${receiver.port}/`)).toEqual(okay);
});

test.each([1, 2, 3])(
  "an answer that takes a second counts, of %i name servers that are all slow",
  async (count) => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const slow = () =>
      nameServerThat((_, type) => ({ after: 1_000, answer: type === "A" ? ["127.0.0.1"] : [] }));
    const servers = await Promise.all(Array.from({ length: count }, slow));
    const egress = egressWith({ dnsServers: servers.map(({ address }) => address) });
    expect(await post(egress, `http://hooks.example.test:${receiver.port}/`)).toEqual(okay);
  },
);

describe("the machine's own table", () => {
  function hostsFile(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), "callboard-hosts-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "hosts");
    writeFileSync(file, text);
    return file;
  }

  test("counts before the name servers, whatever they say", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const server = await nameServerThat((name) => (name.startsWith("silent") ? "silent" : ["93.184.216.34"]));
    const egress = egressWith({
      allowNetworks: ["silent.shop.test", "known.shop.test"],
      dnsServers: [server.address],
      hostsFile: hostsFile("127.0.0.1 silent.shop.test Known.shop.test # two names\n"),
    });
    expect(await post(egress, `http://silent.shop.test:${receiver.port}/`)).toEqual(okay);
    expect(await post(egress, `http://known.shop.test:${receiver.port}/`)).toEqual(okay);
    expect(server.questions).toEqual([]);
  });

  test("is no way around the rules for addresses", async () => {
    const egress = egressWith({
      allowNetworks: ["listed.shop.test"],
      hostsFile: hostsFile("10.0.0.1 hooks.shop.test\n169.254.169.254 listed.shop.test\n"),
    });
    expect(await post(egress, "https://hooks.shop.test/")).toMatchObject({ code: "DNS_DENIED" });
    expect(await post(egress, "https://listed.shop.test/")).toMatchObject({ code: "DNS_DENIED" });
  });

  test("is read again when it changes", async () => {
    const server = await nameServerThat(() => "nxdomain");
    const file = hostsFile("");
    let nowMs = 1_000_000;
    const egress = egressWith({ dnsServers: [server.address], hostsFile: file, now: () => nowMs });
    await expect(egress.resolveCheck("https://new.shop.test/")).rejects.toMatchObject({ code: "DNS_FAIL" });
    writeFileSync(file, "93.184.216.34 new.shop.test\n");
    nowMs += 1_000;
    await egress.resolveCheck("https://new.shop.test/");
  });

  test("is read line by line", () => {
    const table = parseHosts(
      "# nothing\n\n 10.0.0.1\ta.test  B.test.\r\n::1 a.test\nnot-an-address c.test\n10.0.0.1 a.test",
    );
    expect(Object.fromEntries(table)).toEqual({ "a.test": ["10.0.0.1", "::1"], "b.test": ["10.0.0.1"] });
  });
});
