/**
 * The add-ons of the lab: one listener each, which verifies and keeps every request that arrives and then behaves as well
 * or as badly as a scenario wants. It shares no code with what it checks.
 */
import { createHash, createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SECRET } from "../seed.ts";
import type { Journal } from "./journal.ts";

/** One request as it came. */
export interface Arrival {
  /** Epoch ms. */
  readonly at: number;
  readonly addon: string;
  readonly deliveryId: string;
  /** The mark of the event in the body. */
  readonly mark: number;
  /** The ID of the issue in the body, and the delivery's number if its endpoint orders by that. */
  readonly issueId: string | undefined;
  readonly sequence: number | undefined;
  readonly bodyHash: string;
  /** Undefined = the token verifies. */
  readonly wrongToken: string | undefined;
}

/** A request with several deliveries, each of which is an {@link Arrival} as well. */
export interface BatchArrival {
  readonly at: number;
  readonly batchId: string;
  /** IDs of the deliveries, in the order of the body. */
  readonly members: readonly string[];
  /** SHA-256 of the whole body, in hexadecimal. */
  readonly digest: string;
}

/** A status that was written out to the end. */
export interface Answer {
  readonly deliveryId: string;
  readonly status: number;
  readonly at: number;
}

export type SinkRecord = Arrival | BatchArrival | Answer;

export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export interface SinkAddon {
  readonly key: string;
  readonly port: number;
  behave: Behaviour;
}

export interface Sink {
  readonly addons: readonly SinkAddon[];
  /** The add-on of that key. */
  readonly addon: (key: string) => SinkAddon;
  readonly arrivals: readonly Arrival[];
  readonly batches: readonly BatchArrival[];
  readonly answers: readonly Answer[];
  readonly onArrival: (listener: (arrival: Arrival) => void) => () => void;
  readonly onAnswer: (listener: (answer: Answer) => void) => () => void;
  readonly close: () => Promise<void>;
}

export const ACCEPT: Behaviour = (response) => void response.writeHead(204).end();

const readNumber = (header: string | readonly string[] | undefined): number | undefined =>
  header === undefined ? undefined : Number(header);

const secretKey = createSecretKey(SECRET, "utf8");

/** Of an outgoing webhook: the header of Jira's own webhooks. */
function whyWrongSignature(signature: string, body: Buffer): string | undefined {
  const expected = createHmac("sha256", secretKey).update(body).digest("hex");
  return signature === `sha256=${expected}` ? undefined : "wrong signature";
}

function whyWrongToken(request: IncomingMessage, now: number): string | undefined {
  const [head, claims, signature] = (request.headers.authorization ?? "").replace(/^JWT /, "").split(".");
  if (head === undefined || claims === undefined || signature === undefined) return "no token";
  const expected = createHmac("sha256", secretKey).update(`${head}.${claims}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "wrong signature";
  const { exp, iat, qsh } = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<
    string,
    unknown
  >;
  if (typeof exp !== "number" || exp * 1000 < now) return "expired";
  if (typeof iat !== "number" || iat * 1000 > now + 5_000) return "from the future";
  const canonical = `POST&${request.url ?? ""}&`;
  return qsh === createHash("sha256").update(canonical).digest("hex") ? undefined : "wrong qsh";
}

/** What one delivery of a request has. */
type Item = Pick<Arrival, "deliveryId" | "mark" | "issueId" | "sequence" | "bodyHash">;

function readItem(deliveryId: string, sequence: number | undefined, body: Buffer): Item {
  return {
    deliveryId,
    mark: Number(/"mark":(\d+)/.exec(body.toString("latin1", 0, 40))?.[1] ?? -1),
    issueId: /"issue":\{"id":"(\d+)"/.exec(body.toString("latin1", 0, 200))?.[1],
    sequence,
    bodyHash: createHash("sha256").update(body).digest("base64"),
  };
}

interface BatchItem {
  readonly id: string;
  readonly sequence?: number;
  readonly data: object;
}

/** The deliveries of a request: those of a batch are items of an array. */
function readItems(request: IncomingMessage, body: Buffer): readonly Item[] {
  if (body[0] !== "[".charCodeAt(0)) {
    const id = String(request.headers["x-atlassian-webhook-identifier"]);
    return [readItem(id, readNumber(request.headers["webhook-sequence"]), body)];
  }
  const items = JSON.parse(body.toString("utf8")) as readonly BatchItem[];
  return items.map(({ id, sequence, data }) => readItem(id, sequence, Buffer.from(JSON.stringify(data))));
}

export async function startSink(keys: readonly string[], journal: Journal<SinkRecord>): Promise<Sink> {
  const arrivals: Arrival[] = [];
  const batches: BatchArrival[] = [];
  const answers: Answer[] = [];
  const arrivalListeners = new Set<(arrival: Arrival) => void>();
  const answerListeners = new Set<(answer: Answer) => void>();

  function take(addon: SinkAddon, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const at = Date.now();
    const items = readItems(request, body);
    const signature = request.headers["x-hub-signature"];
    const wrongToken =
      typeof signature === "string" ? whyWrongSignature(signature, body) : whyWrongToken(request, at);
    const batchId = String(request.headers["x-atlassian-webhook-identifier"]);
    if (batchId.startsWith("bat_")) {
      const members = items.map(({ deliveryId }) => deliveryId);
      const batch = { at, batchId, members, digest: createHash("sha256").update(body).digest("hex") };
      batches.push(batch);
      journal.add(batch);
    }
    const arrived = items.map((item): Arrival => ({ at, addon: addon.key, ...item, wrongToken }));
    arrivals.push(...arrived);
    arrived.forEach(journal.add);
    response.on("finish", () => {
      for (const { deliveryId } of arrived) {
        const answer = { deliveryId, status: response.statusCode, at: Date.now() };
        answers.push(answer);
        journal.add(answer);
        for (const listener of answerListeners) listener(answer);
      }
    });
    for (const arrival of arrived) for (const listener of arrivalListeners) listener(arrival);
    addon.behave(response, request);
  }

  const servers = keys.map((key) => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => take(addon, request, response, Buffer.concat(chunks)));
      request.on("error", () => undefined);
      response.on("error", () => undefined);
    });
    server.keepAliveTimeout = 60_000;
    const addon: SinkAddon = { key, behave: ACCEPT, port: 0 };
    return { server, addon };
  });
  const addons = await Promise.all(
    servers.map(async ({ server, addon }) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return Object.assign(addon, { port: (server.address() as AddressInfo).port });
    }),
  );
  return {
    addons,
    addon: (key) => {
      const found = addons.find((each) => each.key === key);
      if (found === undefined) throw new Error(`there is no add-on ${key}`);
      return found;
    },
    arrivals,
    batches,
    answers,
    onArrival: (listener) => {
      arrivalListeners.add(listener);
      return () => arrivalListeners.delete(listener);
    },
    onAnswer: (listener) => {
      answerListeners.add(listener);
      return () => answerListeners.delete(listener);
    },
    close: async () => {
      for (const { server } of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
