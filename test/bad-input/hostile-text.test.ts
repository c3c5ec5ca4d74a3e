/**
 * Parsers of text from outside return, or throw the error that they promise, for any text, in an amount of work that does not grow
 * faster than the text allows: a text of 64 KiB that repeats one piece takes less than half a second.
 */
import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { readEventType } from "../../src/addon/routes.ts";
import { builtInCatalogue, findEventNameIn } from "../../src/catalogue/index.ts";
import { PRODUCTS, findEventName, getProduct } from "../support/products.ts";
import { readPayload } from "../../src/catalogue/payload.ts";
import { CommandFailure } from "../../src/cli/exit.ts";
import {
  batch,
  delaysOr,
  duration,
  eventAges,
  futureTime,
  pastTime,
  time,
  timeOrDelay,
} from "../../src/cli/program/option-values.ts";
import { setValues } from "../../src/cli/payload.ts";
import { readConfig } from "../../src/config.ts";
import { parseDuration, parseSchedule } from "../../src/duration.ts";
import { readAllowList } from "../../src/egress/allow-list.ts";
import { parseHosts } from "../../src/egress/hosts-file.ts";
import { parseLimits } from "../../src/egress/open-files.ts";
import { readCutHead, readHead } from "../../src/egress/response-head.ts";
import { parseHttpDate, readRetryAfter } from "../../src/egress/retry-after.ts";
import { judgeUrl } from "../../src/egress/url.ts";
import { CallboardError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { parseDescriptor } from "../../src/host/descriptor/parse.ts";
import { splitUrl } from "../../src/host/descriptor/relative-url.ts";
import { checkShape } from "../../src/host/descriptor/shape.ts";
import { validateDescriptor } from "../../src/host/descriptor/validate.ts";
import { readFilterText } from "../../src/host/model/filter-text.ts";
import { checkFilter, parseFilter, requireDynamicFilter } from "../../src/host/model/filter.ts";
import { readBodyValue } from "../../src/host/model/payload.ts";
import { formatCheckpoint, parseCheckpoint } from "../../src/host/model/audit-chain.ts";
import { parsePlace } from "../../src/host/model/endpoint-trouble.ts";
import { formatTraceParent, readTraceParent } from "../../src/host/model/correlation.ts";
import { whyUnknownEvent } from "../../src/host/model/event-name.ts";
import { fitsPattern } from "../../src/host/model/event-pattern.ts";
import { parseHostName, matchesHost, parseHostPattern } from "../../src/host/model/host-names.ts";
import { readDate, readDateOperand } from "../../src/host/model/moment.ts";
import { readRefusal, refusalText, shownUrl } from "../../src/host/model/refused-install.ts";
import { readTextSearch } from "../../src/host/model/text-search.ts";
import { compareVersions } from "../../src/host/model/version-order.ts";
import { requireIdCursor } from "../../src/host/model/cursor.ts";
import { readNotice } from "../../src/host/store/tables/deliveries.ts";
import { parseId, parseReplayId, parseWebhookId, readWebhookId } from "../../src/host/model/ids.ts";
import { readBoolean, readChoice, readPage, readTime } from "../../src/host/web/http/query.ts";
import {
  BATCH_TEXT,
  EVENT_TEXT,
  readBatch,
  readEvent,
  whyNotEventName,
} from "../../src/host/web/http/event-envelope.ts";
import { scanObject } from "../../src/host/web/http/body.ts";
import { createOriginReader } from "../../src/host/web/http/origin.ts";
import { readCookie } from "../../src/host/web/pages/cookie.ts";
import { requireSameOrigin } from "../../src/host/web/pages/form.ts";
import { readFields } from "../../src/host/web/pages/webhook-form.ts";
import { checkAudience, checkQsh, checkTimes } from "../../src/protocol/claims.ts";
import { checkInstallClaims } from "../../src/protocol/signed-install.ts";
import { TOKEN_CODES } from "../../src/protocol/verdict.ts";
import type { Check } from "../../src/protocol/verdict.ts";
import { readExact } from "../../src/json/exact.ts";
import { readRule } from "../../src/inspector/answers.ts";
import { readJson } from "../../src/inspector/capture.ts";
import { readFilter } from "../../src/inspector/filter.ts";
import { indentJson } from "../../src/inspector/json-text.ts";
import { findToken } from "../../src/protocol/authorization.ts";
import { checkHeader, readIssuer, parseToken } from "../../src/protocol/parsed-token.ts";
import { parseBasePath, canonicalRequest, pathBelow, requestTarget } from "../../src/protocol/qsh.ts";
import { anyCharacter } from "../support/properties.ts";

/** What a parser may throw: nothing, a named error with one of these beginnings of its code, or a failure of a command. */
type Throws = readonly string[] | "a failure of the command" | "nothing";
/** Texts, flags and lists of texts, also in groups. */
function isOfFields(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value !== "object" || value === null) return false;
  const parts: readonly unknown[] = Object.values(value);
  return Array.isArray(value) ? parts.every((part) => typeof part === "string") : parts.every(isOfFields);
}

interface Parser {
  readonly parse: (text: string) => unknown;
  readonly throws: Throws;
  /** Pieces of texts that are nearly right. */
  readonly pieces: readonly string[];
  /** A text that is right, for readers that random pieces hardly ever make one for: it and what is nearly it are read. */
  readonly right?: string;
}

const MAX_VALUES = 200_000;
const SITE = { no: 1, clientKey: "client-key" };
const POLICY = {
  allowList: readAllowList([]),
  allowHttp: "nowhere",
  isOwn: () => false,
} as unknown as Parameters<typeof judgeUrl>[1];
const requestWith = (headers: object) => ({ headers }) as unknown as IncomingMessage;
const JSON_PIECES = [
  "{",
  "}",
  "[",
  "]",
  '"a"',
  ":",
  ",",
  "1e999",
  "-0",
  "null",
  "\\u0000",
  '"__proto__"',
  " ",
];
const validated = (text: string) =>
  validateDescriptor(JSON.parse(text), {
    catalogue: builtInCatalogue,
    checkUrl: (url) => {
      const judged = judgeUrl(url, POLICY, false);
      if (judged instanceof URL) return judged;
      throw new CallboardError(judged.code, judged.detail);
    },
    checkFilter: (filter) => {
      const { problem, undecided } = checkFilter(filter) as {
        problem?: CallboardError;
        undecided?: string[];
      };
      if (problem !== undefined) throw problem;
      return undecided;
    },
  });

const PARSERS: Readonly<Record<string, Parser>> = {
  "the bytes of a descriptor": {
    parse: (text) => parseDescriptor(Buffer.from(text)),
    throws: ["DESCRIPTOR_"],
    right: '{"key":"a","baseUrl":"https://a.example","authentication":{"type":"jwt"}}',
    pieces: [...JSON_PIECES, "\ufeff", "<html>"],
  },
  "the URL of a receiver": {
    parse: (text) => judgeUrl(text, POLICY, true),
    throws: "nothing",
    right: "https://a.example:8080/x?y=1",
    pieces: [
      "https://",
      "http:",
      "user@",
      "[::1]",
      "127.1",
      "%00",
      "\\",
      ".",
      ":65536",
      "/",
      "?",
      "#",
      "xn--",
    ],
  },
  "a Host header": {
    parse: (text) => matchesHost(parseHostName(text) ?? "", new Set([parseHostPattern(text) ?? ""])),
    throws: "nothing",
    pieces: ["*.", "a", ".", "-", "[::1]", ":80", "https://", "ü", "_", "%"],
  },
  "the list of trusted proxies": {
    parse: (text) => createOriginReader([text]),
    throws: ["CONFIG_INVALID"],
    pieces: ["10.0.0.0", "/", "8", "::", "/129", ".", "-1"],
  },
  "the networks that may be reached": {
    parse: (text) => readAllowList([text]),
    throws: ["CONFIG_INVALID"],
    pieces: ["10.0.0.0", "/", "8", "::", "*.", "example", ".", ":"],
  },
  "a Retry-After header": {
    parse: (text) => {
      expect(readRetryAfter(text, 0) ?? 0).toBeGreaterThanOrEqual(0);
      return parseHttpDate(text, 0);
    },
    throws: "nothing",
    right: "Sun, 06 Nov 1994 08:49:37 GMT",
    pieces: ["Sun, ", "06 ", "Nov ", "1994 ", "08:49:37 ", "GMT", "-", "99", "Sunday"],
  },
  cookies: {
    parse: (text) => readCookie(requestWith({ cookie: text }), "callboard-80"),
    throws: "nothing",
    right: "a=1; callboard-80=token",
    pieces: ["callboard-80", "=", ";", " ", "a".repeat(30), "\t"],
  },
  "the origin of a form": {
    parse: (text) => requireSameOrigin(requestWith({ origin: text, host: text }), undefined),
    throws: ["CSRF"],
    pieces: ["https://", "host", ":", "80", "null", "[", "@"],
  },
  "a token and its header": {
    parse: (text) => {
      const found = findToken(text, `/?${text}`, "allowed");
      const token = parseToken(found.ok ? found.token : text);
      return token.ok ? [readIssuer(token), checkHeader(token, "HS256"), checkHeader(token, "RS256")] : token;
    },
    throws: "nothing",
    right: "JWT eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl",
    pieces: ["JWT ", "jwt=", ".", "eyJhbGciOiJIUzI1NiJ9", "e30", "bnVsbA", "W10", "=", "-_", "&"],
  },
  "the claims of a token": {
    parse: (text) => {
      const parts = ['{"alg":"HS256"}', text].map((part) => Buffer.from(part).toString("base64url"));
      const token = parseToken(`${parts.join(".")}.c2lnbmF0dXJl`);
      if (!token.ok) {
        expect(TOKEN_CODES).toHaveProperty(token.code);
        return token;
      }
      const request = { method: "POST", rawUrl: "/hook?a=1", basePath: "" };
      const expected = { request, nowSeconds: 1_000, baseUrls: ["https://a.example"] };
      const checks: readonly Check[] = [
        checkTimes(token, 1_000),
        checkQsh(token, request),
        checkAudience(token, ["https://a.example"], "optional"),
        checkAudience(token, ["https://a.example"], "required"),
        ...checkInstallClaims(token, expected),
      ];
      for (const { state, code, reason } of checks) {
        expect([state === "bad", typeof reason]).toEqual([code !== undefined, "string"]);
        expect(reason.length).toBeLessThan(2_000);
      }
      return checks;
    },
    throws: "nothing",
    right: '{"iss":"a","iat":1000,"exp":1180,"qsh":"x","aud":["https://a.example"]}',
    pieces: [...JSON_PIECES, '{"iss":"a","iat":1000,"exp":1180,"qsh":', '"aud":', '"nbf":', "1e3"],
  },
  "the request that a token is for": {
    parse: (text) => [
      canonicalRequest("post", text, parseBasePath(text)),
      requestTarget(text),
      pathBelow(text, text.slice(0, 3)),
    ],
    throws: "nothing",
    pieces: ["/", "?", "&", "=", "%", "%zz", "%F0%9F", "+", "jwt=", "\ud800", "#", "://"],
  },
  "an event": {
    parse: (text) => readEvent(scanObject(Buffer.from(text), { ...EVENT_TEXT, maxCount: MAX_VALUES }), SITE),
    throws: ["EVENT_SCHEMA", "BODY_", "SCOPE"],
    right: '{"event":"jira:issue_created","payload":{"issue":{"key":"A-1"}},"id":"1","flow":"primary"}',
    pieces: [...JSON_PIECES, '{"event":"jira:issue_created","payload":', '"id":', '"flow":', '"clientKey":'],
  },
  "a batch of events": {
    parse: (text) => readBatch(scanObject(Buffer.from(text), { ...BATCH_TEXT, maxCount: MAX_VALUES }), SITE),
    throws: ["EVENT_SCHEMA", "BODY_", "SCOPE"],
    right: '{"events":[{"event":"jira:issue_created","payload":{"a":[1]}},{"event":"e","payload":{}}]}',
    pieces: [...JSON_PIECES, '{"events":[', '{"event":"e","payload":{}}'],
  },
  "the name of an event": {
    parse: (text) => [
      whyNotEventName(text),
      fitsPattern("jira:issue_created", text),
      fitsPattern(text, "*a*b*c*"),
      ...PRODUCTS.map((product) => whyUnknownEvent(builtInCatalogue, getProduct(product), text)),
    ],
    throws: "nothing",
    right: "jira:issue_created",
    pieces: ["*", "jira:", "issue", "_", "created", "1", "\u0000", "a"],
  },
  "a body that filters and variables look into": {
    // The intake has seen to it that a body is JSON.
    parse: (text) => (readJson(text) === undefined ? undefined : readBodyValue(Buffer.from(text))),
    throws: "nothing",
    pieces: JSON_PIECES,
  },
  "long integers of a body": {
    parse: (text) => {
      // A text that is no JSON is refused as JSON.parse refuses it.
      const isJson = readJson(text) !== undefined;
      if (isJson) readExact(text);
      else expect(() => readExact(text)).toThrow(SyntaxError);
    },
    throws: "nothing",
    right: '{"a":[12345678901234567890,-0.10e5]}',
    pieces: [...JSON_PIECES, "12345678901234567890", "-", "."],
  },
  "the head of a response": {
    parse: (text) => {
      const bytes = Buffer.from(text, "latin1");
      return [readHead(bytes), readCutHead(bytes)];
    },
    throws: "nothing",
    right: "HTTP/1.1 200 OK\r\na: b\r\ncontent-length: 1\r\n\r\nx",
    pieces: ["HTTP/1.1 ", "200 ", "\r\n", "\n", "a: b", ":", " ", "\t", "content-length: 1", "\0", "103"],
  },
  "a hosts file": {
    parse: (text) => {
      for (const [name, addresses] of parseHosts(text)) {
        expect([name, addresses.length > 0]).toEqual([name.toLowerCase(), true]);
      }
    },
    throws: "nothing",
    right: "127.0.0.1 name other # note\n::1\tsix",
    pieces: ["127.0.0.1", "::1", " ", "\t", "\n", "#", "name", "__proto__"],
  },
  "the limits of a process": {
    parse: (text) => expect(parseLimits(text) ?? 0).toBeGreaterThanOrEqual(0),
    throws: "nothing",
    right: "Max open files            1024                 4096                 files",
    pieces: ["Max open files", " ", "1024", "\n", "unlimited"],
  },
  "a traceparent header": {
    parse: (text) => {
      const read = readTraceParent(text);
      if (read !== undefined) expect(readTraceParent(formatTraceParent(read))).toEqual(read);
    },
    throws: "nothing",
    right: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    pieces: ["00", "-", "a".repeat(32), "b".repeat(16), "01", "ff", "0".repeat(32), " "],
  },
  "a refused install of the audit log": {
    parse: (text) => {
      readRefusal(text);
      const kept = refusalText({ code: "URL_INVALID", url: shownUrl(text), sentence: text });
      expect(readRefusal(kept)?.code).toBe("URL_INVALID");
      expect(kept).not.toMatch(/[^\P{Cc}\n]/u);
    },
    throws: "nothing",
    pieces: ["URL_INVALID", "\n", "https://me:pw@a.example/?token=x", "(inline descriptor)", "\u001b["],
  },
  "what processes tell each other is due": {
    parse: (text) => readNotice(text),
    throws: "nothing",
    pieces: ["1", ":", ",", "2", "-", "e9"],
  },
  "a relative URL": {
    parse: (text) => splitUrl(text),
    throws: "nothing",
    pieces: ["/", "?", "#", "a", "%", "{issue.key}"],
  },
  "the form of a webhook": {
    parse: (text) => {
      const fields = readFields(new URLSearchParams(text));
      expect(isOfFields(fields)).toBe(true);
    },
    throws: "nothing",
    right: "name=a&url=https://a.example&event=x&secretChoice=given",
    pieces: [
      "name=",
      "url=",
      "event=",
      "secretChoice=given",
      "&",
      "%zz",
      "%00",
      "+",
      "allEvents",
      "__proto__=",
    ],
  },
  "a payload": {
    parse: (text) => {
      const payload = readPayload(Buffer.from(text));
      return payload.read("a");
    },
    throws: ["BODY_", "EVENT_SCHEMA"],
    right: '{"a":{"b":[1,null,"x"]}}',
    pieces: JSON_PIECES,
  },
  "a product's own body": {
    parse: (text) => {
      const body = readJson(text)?.value;
      const payload = readPayload(Buffer.from(text));
      return PRODUCTS.map((product) => [
        findEventName(product, body),
        findEventNameIn(getProduct(product), payload),
        builtInCatalogue.describeOrigin(getProduct(product), payload),
      ]);
    },
    throws: ["BODY_", "EVENT_SCHEMA"],
    right: '{"webhookEvent":"jira:issue_created","issue":{"key":"A-1"},"type":1,"kind":"story"}',
    pieces: [...JSON_PIECES, '"webhookEvent":', '"type":', '"kind":', '"event":'],
  },
  "a filter in JQL": {
    parse: (text) => {
      expect(["tree", "refused"]).toContain(readFilterText(text).kind);
      checkFilter(text);
      try {
        requireDynamicFilter(text);
      } finally {
        parseFilter(text);
      }
    },
    throws: ["DESCRIPTOR_FILTER"],
    right: 'project = A AND status in ("To Do", Done)',
    pieces: [
      "project",
      " = ",
      "AND ",
      "NOT ",
      "(",
      ")",
      '"',
      "'",
      "in ",
      "-7d",
      "cf[1]",
      "~",
      "order by ",
      "\\u",
      "!",
    ],
  },
  "a date in JQL and in a body": {
    parse: (text) => [readDateOperand(text), readDate(text)],
    throws: "nothing",
    right: "2026-01-31 12:00",
    pieces: ["2026", "-", "/", "01", "T", "00:00", "Z", "+9999", "-7d", "startOfDay(", ")", " "],
  },
  "a text search of JQL": {
    parse: (text) => readTextSearch(text)?.(text),
    throws: "nothing",
    pieces: ['"', "word", "*", " ", "AND", "課", "a", "\\"],
  },
  versions: {
    parse: (text) => compareVersions(text, "1.0.0"),
    throws: "nothing",
    pieces: ["1", ".", "-rc", "+", "99999999999999999999", "a"],
  },
  "a cursor": {
    parse: requireIdCursor,
    throws: ["QUERY_INVALID"],
    pieces: ["evt_", "1_", "0".repeat(32), "dlv_"],
  },
  "a checkpoint of the audit log": {
    parse: (text) => {
      const point = parseCheckpoint(text);
      if (point !== undefined) expect(parseCheckpoint(formatCheckpoint(point))).toEqual(point);
    },
    throws: "nothing",
    right: `1.${"a".repeat(64)}`,
    pieces: ["1", ".", "a".repeat(64), "0", "9".repeat(20)],
  },
  "a place in the list of endpoints": {
    parse: (text) => {
      for (const part of Object.values(parsePlace(text) ?? {})) {
        expect(Number.isSafeInteger(part)).toBe(true);
      }
    },
    throws: "nothing",
    pieces: ["1", ".", "9".repeat(16), "-", "e5"],
  },
  ids: {
    parse: (text) => {
      for (const parse of [
        () => parseId("evt", text),
        () => parseWebhookId(text),
        () => parseReplayId(text),
      ]) {
        expect(catchCode(parse)).toMatch(/^(?:|EVENT_NOT_FOUND|WEBHOOK_NOT_FOUND|REPLAY_NOT_FOUND)$/);
      }
      const isWebhook = readWebhookId(text) !== undefined;
      expect(catchCode(() => parseWebhookId(text))).toBe(isWebhook ? "" : "WEBHOOK_NOT_FOUND");
    },
    throws: "nothing",
    right: `evt_1_${"0".repeat(32)}`,
    pieces: ["evt_", "whk_", "rpl_", "1_", "0".repeat(32), "999999999_", "-"],
  },
  "a time or a duration of a command": {
    parse: (text) =>
      [
        pastTime,
        futureTime,
        time,
        timeOrDelay,
        duration({ example: "1h" }),
        delaysOr("none"),
        batch,
        eventAges,
      ].map((parse) => catchCode(() => parse(text))),
    throws: [],
    right: "2026-01-01T00:00:00Z",
    pieces: ["2026-01-01", "T00:00:00Z", "1", "h", "d", "-", "+", "99999999999999999999", "e9", " "],
  },
  "a page and a time in a query": {
    parse: (text) => {
      for (const read of [
        () => readTime({ since: text }, "since"),
        () => readPage({ limit: text, cursor: text }),
        () => readBoolean({ test: text }, "test"),
        () => readChoice({ flow: text }, "flow", ["primary", "secondary"]),
      ])
        expect(catchCode(read)).toMatch(/^(?:|QUERY_INVALID)$/);
    },
    throws: "nothing",
    right: "2026-01-01T00:00:00Z",
    pieces: ["2026-01-01", "T00:00:00Z", "1", "e9", "0x1", "-", " "],
  },
  "durations and sizes": {
    parse: (text) => {
      parseDuration(text);
      parseSchedule(text);
      readEachSetting(text, ["CALLBOARD_BODY_LIMIT", "CALLBOARD_RETENTION", "CALLBOARD_RETRY_SCHEDULE"]);
    },
    throws: "nothing",
    right: "1d",
    pieces: ["1", "ms", "s", "d", "MiB", "KiB", ",", ".", "e5", "-", "Infinity", "99999999999999999999"],
  },
  "a database URL and other settings": {
    parse: (text) =>
      readEachSetting(text, [
        "CALLBOARD_DATABASE_URL",
        "CALLBOARD_BASE_URL",
        "CALLBOARD_PORT",
        "CALLBOARD_DNS_SERVERS",
        "CALLBOARD_ALLOWED_HOSTS",
      ]),
    throws: "nothing",
    right: "postgres://user:pw@host:5432/db?sslmode=require",
    pieces: [
      "postgres://",
      "sqlite:",
      "user:p@ss@",
      "host",
      ":5432",
      "/db",
      "?",
      "sslmode=",
      "%zz",
      "[::1]",
      ",",
    ],
  },
  "values that --set changes": {
    parse: (text) => setValues('{"a":[1,{"b":2.50}],"c":"d"}', [text]),
    throws: "a failure of the command",
    right: "a.0=1",
    pieces: [
      "a.",
      "0.",
      "a",
      ".",
      "0",
      "b",
      "=",
      ":=",
      "{}",
      "[",
      "__proto__",
      "constructor",
      "1e999",
      "a=1",
    ],
  },
  "a filter of the Inspector": {
    parse: (text) => {
      const capture = {
        event: "a".repeat(200),
        product: "jira",
        kind: "webhook",
        target: "/",
        body: Buffer.alloc(0),
      };
      return readFilter(`event:${text}!`)(capture as unknown as Parameters<ReturnType<typeof readFilter>>[0]);
    },
    throws: "nothing",
    pieces: ["*", "a", "event:", " ", "(", "\\", "?"],
  },
  "an answer that the Inspector rehearses": {
    parse: (text) => readRule(text, text, text),
    throws: "nothing",
    pieces: ["500", "drop", "-", ".", "e3", " "],
  },
  "JSON that the Inspector shows": {
    parse: (text) => (readJson(text) === undefined ? undefined : indentJson(text)),
    throws: "nothing",
    pieces: JSON_PIECES,
  },
};

/** One by one: a text that is right for one of them is wrong for the others. */
function readEachSetting(text: string, keys: readonly string[]): void {
  for (const key of keys)
    expect(catchCode(() => readConfig({ [key]: text }))).toMatch(/^(?:|CONFIG_INVALID)$/);
}

/** The code of what was thrown, "" when nothing was. Fails for what has no name of its own. */
function catchCode(work: () => unknown): ErrorCode | "command" | "" {
  try {
    work();
    return "";
  } catch (error) {
    if (error instanceof CallboardError) return error.code;
    if (error instanceof CommandFailure || error instanceof InvalidArgumentError) return "command";
    throw error;
  }
}

function check({ parse, throws }: Parser, text: string): void {
  const code = catchCode(() => parse(text));
  if (code === "") return;
  const isPromised =
    throws === "a failure of the command"
      ? code === "command"
      : throws !== "nothing" && throws.some((beginning) => code.startsWith(beginning));
  expect(isPromised, `threw ${code} for ${JSON.stringify(text.slice(0, 200))}`).toBe(true);
}

const LONG = 64 * 1024;
/** The slowest takes 50 ms; time that grows with the square of the length takes seconds. */
const MAX_LONG_MS = 500;

/** Returns the time of the quickest of up to three runs: others may use the processor meanwhile. */
function measure(work: () => void): number {
  let quickest = Infinity;
  for (let run = 0; run < 3 && quickest > MAX_LONG_MS; run += 1) {
    const startedAt = performance.now();
    work();
    quickest = Math.min(quickest, performance.now() - startedAt);
  }
  return quickest;
}

/** Texts that differ from the given one in up to three places. */
function nearText(text: string, piece: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const put = fc.oneof(piece, fc.string({ maxLength: 2 }), fc.constant(""));
  return fc.array(fc.tuple(fc.nat(), fc.nat({ max: 4 }), put), { maxLength: 3 }).map((changes) =>
    changes.reduce((before, [place, cut, added]) => {
      const at = place % (before.length + 1);
      return `${before.slice(0, at)}${added}${before.slice(at + cut)}`;
    }, text),
  );
}

test.each(
  Object.entries(PARSERS).flatMap(([name, { right, parse }]) =>
    right === undefined ? [] : [[name, right, parse] as const],
  ),
)("%s: what is right is read", (_name, right, parse) => {
  expect(catchCode(() => parse(right))).toBe("");
});

describe.each(Object.entries(PARSERS))("%s", (_name, parser) => {
  const piece = fc.constantFrom(...parser.pieces);

  test("any text", () => {
    const nearly = fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 });
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 200 }),
      fc.string({ maxLength: 200 }),
      nearly.map((pieces) => pieces.join("")),
      fc.json(),
      ...(parser.right === undefined ? [] : [{ weight: 3, arbitrary: nearText(parser.right, piece) }]),
    );
    fc.assert(
      fc.property(text, (given) => check(parser, given)),
      { numRuns: 300 },
    );
  });

  test("a long text that repeats a piece", () => {
    for (const unit of parser.pieces) {
      for (const [before, after] of [
        ["", ""],
        [parser.pieces[0], "!"],
        ["", parser.pieces.at(-1)],
      ]) {
        const text = `${before}${unit.repeat(Math.ceil(LONG / unit.length))}${after}`;
        const ms = measure(() => check(parser, text));
        expect(ms, `takes ${ms} ms for ${JSON.stringify(text.slice(0, 40))}…`).toBeLessThan(MAX_LONG_MS);
      }
    }
  });
});

test("any value as a descriptor", () => {
  const words = fc.constantFrom(
    "key",
    "name",
    "baseUrl",
    "authentication",
    "lifecycle",
    "modules",
    "webhooks",
    "scopes",
  );
  const inner = fc.constantFrom("type", "installed", "event", "url", "params", "filter", "propertyKeys", "x");
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      "jwt",
      "https://a.example",
      "/x",
      "{issue.key}",
      "jira:issue_created",
      "project = A",
      "//x",
    ),
  );
  const part = fc.oneof(
    leaf,
    fc.dictionary(inner, leaf),
    fc.array(fc.dictionary(inner, leaf), { maxLength: 3 }),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(words, fc.oneof(part, fc.record({ webhooks: part }))),
    fc
      .record({ name: leaf, lifecycle: part, scopes: part, modules: fc.record({ webhooks: part }) })
      .map((rest) => ({ key: "k", baseUrl: "https://a.example", authentication: { type: "jwt" }, ...rest })),
  );
  fc.assert(
    fc.property(value, (given) => {
      const shape = checkShape(given);
      if (!shape.fits) expect(shape.problems.length).toBeGreaterThan(0);
      expect(catchCode(() => validated(JSON.stringify(given)))).toMatch(/^(?:$|DESCRIPTOR_|URL_|ADDRESS_)/);
    }),
    { numRuns: 500 },
  );
});

test("any body names no event or a text", () => {
  const route = { kind: "webhook", events: [] } as unknown as Parameters<typeof readEventType>[0];
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      expect(typeof (readEventType(route, body) ?? "")).toBe("string");
    }),
  );
});
