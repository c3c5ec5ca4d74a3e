/** The names of the world and what answers them: a real name server on port 53, which /etc/resolv.conf names. */
import { Resolver } from "node:dns/promises";
import { waitFor } from "../support/wait-for.ts";
import { startProgram } from "./program.ts";
import type { Program } from "./program.ts";

export const NAME_SERVER = "10.20.0.53";

/** Addresses of the "public internet" are in 93.184.0.0/16, those of a private network in 10.20.0.0/16: see run.sh. */
export const HOSTS = {
  /** nginx, with Callboard at `/`. */
  "callboard.acme.example": "93.184.10.10",
  /** nginx, with Callboard at `/callboard`. */
  "tools.acme.example": "93.184.10.11",
  /** The same, and nginx passes the path on. */
  "forge.acme.example": "93.184.10.12",
  "addon.partner.example": "93.184.20.10",
  "expired.partner.example": "93.184.20.21",
  "wrong-host.partner.example": "93.184.20.22",
  "self-signed.partner.example": "93.184.20.23",
  "unknown-authority.partner.example": "93.184.20.24",
  /** stunnel, with a proxy behind it. */
  "proxy.acme.example": "10.20.0.61",
  /** Leads into the private network. */
  "intranet.partner.example": "10.20.30.40",
} as const;

export type HostName = keyof typeof HOSTS;

/** A name that only /etc/hosts has: see run.sh. */
export const ONLY_IN_HOSTS = { name: "only-in-hosts.partner.example", address: "93.184.20.30" } as const;
/** Likewise, and it leads to this machine. */
export const LAPTOP_RECEIVER = { name: "receiver.laptop.test", address: "127.0.0.1" } as const;
/** The name of the machine, which /etc/hosts leads to 127.0.1.1 as Debian does. */
export const MACHINE = "laptop";

/** An address of both families of which the IPv6 one leads nowhere, as in many networks. */
export const DUAL = {
  name: "dual.partner.example",
  address: "93.184.20.40",
  unreachable: "2a01:4f8:c2c:1234::1",
} as const;

/** Known to the name server of another network, which /etc/resolv.conf may come to name. */
export const MOVED = {
  name: "moved.partner.example",
  address: "93.184.20.50",
  nameServer: "10.20.0.54",
} as const;

const record = (name: string, ...addresses: readonly string[]) =>
  `--host-record=${[name, ...addresses].join(",")}`;
const PUBLIC_RECORDS = [
  ...Object.entries(HOSTS).map(([name, address]) => record(name, address)),
  record(DUAL.name, DUAL.address, DUAL.unreachable),
];

/** `more` are names that only this server has. */
export async function startNameServer(
  address: string = NAME_SERVER,
  more: readonly { readonly name: string; readonly address: string }[] = [],
): Promise<Program["stop"]> {
  const options = [
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--no-resolv",
    "--no-hosts",
    // There is no other name.
    "--address=/#/",
    `--listen-address=${address}`,
    "--bind-interfaces",
    "--user=root",
    "--pid-file=",
    "--log-facility=-",
  ];
  const server = startProgram("dnsmasq", [
    ...options,
    ...PUBLIC_RECORDS,
    ...more.map((one) => record(one.name, one.address)),
  ]);
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  await waitFor(async () => {
    server.requireRunning();
    await resolver.resolve4("callboard.acme.example");
  });
  return server.stop;
}
