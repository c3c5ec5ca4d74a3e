/** A real name server on a UDP port of loopback, which answers what a test tells it to. */
import { createSocket } from "node:dgram";
import { isIP } from "node:net";
import { once } from "node:events";

type DnsReply = readonly string[] | "nxdomain" | "servfail" | "silent";

/** Addresses of both families and names of name servers; "nxdomain": no such name; "silent": not a word. `after`: so many ms later. */
export type DnsAnswer = DnsReply | { readonly after: number; readonly answer: DnsReply };

export interface DnsServer {
  /** `address:port`, as a resolver wants it. */
  readonly address: string;
  /** Every question so far, as `A name`, `AAAA name` or `NS name`. */
  readonly questions: readonly string[];
  readonly close: () => Promise<void>;
}

const TYPES: Readonly<Record<number, Kind>> = { 1: "A", 2: "NS", 28: "AAAA" };
type Kind = "A" | "NS" | "AAAA";
export type GiveDnsAnswer = (name: string, type: Kind) => DnsAnswer;
const RESPONSE_CODES = { nxdomain: 3, servfail: 2 } as const;

export async function startDnsServer(answer: GiveDnsAnswer, ttlSeconds = 0): Promise<DnsServer> {
  const questions: string[] = [];
  let isClosed = false;
  const socket = createSocket("udp4");
  socket.on("message", (query, sender) => {
    const { name, type, end } = readQuestion(query);
    const kind = TYPES[type] ?? "A";
    questions.push(`${kind} ${name}`);
    const given = answer(name, kind);
    const isDelayed = typeof given === "object" && "after" in given;
    const reply = isDelayed ? given.answer : given;
    if (reply === "silent") return;
    const code = typeof reply === "string" ? RESPONSE_CODES[reply] : 0;
    const values = typeof reply === "string" ? [] : reply.filter((one) => findKind(one) === kind);
    const records = values.map((value) => writeRecord(toBytes[kind](value), type, ttlSeconds));

    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    const message = Buffer.concat([header, query.subarray(12, end), ...records]);
    const send = () => {
      if (!isClosed) socket.send(message, sender.port, sender.address);
    };
    if (isDelayed) setTimeout(send, given.after);
    else send();
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: async () => {
      isClosed = true;
      socket.close();
      await once(socket, "close");
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

const findKind = (value: string): Kind =>
  (({ 0: "NS", 4: "A", 6: "AAAA" }) as const)[isIP(value) as 0 | 4 | 6];

const toBytes: Readonly<Record<Kind, (value: string) => readonly number[]>> = {
  A: (address) => address.split(".").map(Number),
  AAAA: ipv6Bytes,
  NS: (name) => [...name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]), 0],
};

function writeRecord(bytes: readonly number[], type: number, ttlSeconds: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the name of the question
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, Buffer.from(bytes)]);
}

/** The URL parser spells an address out in hexadecimal groups, whatever form it came in. */
function ipv6Bytes(address: string): number[] {
  const [before = "", after] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const left = before.split(":").filter((group) => group !== "");
  const right = (after ?? "").split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
