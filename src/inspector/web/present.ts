/** Presents captures to the templates, with every secret masked. */
import { parseToken } from "../../addon/index.ts";
import type { Check } from "../../addon/index.ts";
import { jsonTree } from "../../json/tree.ts";
import type { JsonNode } from "../../json/tree.ts";
import type { Capture } from "../capture.ts";
import { MASK, bodyText, hasSecret, maskedBody, shownBody, findHeader } from "../capture.ts";
import { size } from "../../format.ts";

export interface Badge {
  readonly tone: "good" | "bad" | "warn" | "quiet";
  readonly symbol: string;
  readonly text: string;
}

export interface Row {
  readonly id: number;
  readonly at: string;
  readonly event: string;
  readonly product: string;
  readonly size: string;
  readonly badge: Badge;
  readonly pinned: boolean;
  /** Response, if it was not the usual one. */
  readonly answer: string | undefined;
}

const MASKED = new Set(["authorization", "cookie", "x-api-key"]);

/** Raw bodies beyond this are shown in part; the download has all of it. */
const MAX_RAW = 64 * 1024;

/** A page of so many nodes opens in a second also when the body has a megabyte; the others are a click away. */
const MAX_NODES = 1_500;

/** A body up to this size can be copied from the page. */
const MAX_COPIED = 256 * 1024;

export function toRow(capture: Capture): Row {
  return {
    id: capture.id,
    at: new Date(capture.receivedAt).toISOString(),
    event: capture.event,
    product: capture.product,
    size: size(capture.body.length),
    badge: toBadge(capture),
    pinned: capture.pinned,
    answer: isUsual(capture) ? undefined : capture.answer,
  };
}

/** 204 for what was taken, and a refusal for what did not verify. */
function isUsual({ verification, answer }: Capture): boolean {
  return verification.state === "bad" || answer === "204";
}

export function toBadge({ verification }: Capture): Badge {
  switch (verification.state) {
    case "ok":
      return { tone: "good", symbol: "✓", text: "verified" };
    case "bad":
      return { tone: "bad", symbol: "✕", text: verification.code };
    case "unsigned":
      return { tone: "quiet", symbol: "–", text: "not signed" };
  }
}

/** All headers as sent; what could be used to act as somebody is masked unless it was asked for. */
export function shownHeaders(headers: Capture["headers"], reveal: boolean): Capture["headers"] {
  return headers.map(([name, value]) => [
    name,
    reveal || !MASKED.has(name.toLowerCase()) ? value : masked(value),
  ]);
}

/** The scheme stays to be seen. */
function masked(value: string): string {
  const scheme = /^[A-Za-z]+ /.exec(value)?.[0] ?? "";
  return `${scheme}${MASK}`;
}

export interface BodyView {
  /** Undefined when the body is not JSON. */
  readonly tree: JsonNode | undefined;
  readonly isEmpty: boolean;
  /** The body carries a secret, which is masked unless it was asked for. */
  readonly hasSecret: boolean;
  /** The whole text, when it is short enough to be copied from the page. */
  readonly text: string | undefined;
}

export function bodyView(capture: Capture, pointer: string, from: number, reveal: boolean): BodyView {
  const text = reveal ? bodyText(capture) : maskedBody(capture);
  return {
    tree: jsonTree(text, { pointer, from, maxNodes: MAX_NODES }),
    isEmpty: text === "",
    hasSecret: hasSecret(capture),
    text: text.length <= MAX_COPIED ? text : undefined,
  };
}

export interface RawView {
  readonly text: string;
  readonly isCut: boolean;
  readonly size: string;
}

/** The request as it came over the wire, its body cut when it is long. */
export function rawView(capture: Capture, reveal: boolean): RawView {
  const head = [
    `${capture.method} ${capture.target} HTTP/1.1`,
    ...shownHeaders(capture.headers, reveal).map(([name, value]) => `${name}: ${value}`),
  ];
  const body = shownBody(capture, reveal);
  return {
    text: `${head.join("\n")}\n\n${body.subarray(0, MAX_RAW).toString("utf8")}`,
    isCut: body.length > MAX_RAW,
    size: size(capture.body.length),
  };
}

export interface TokenView {
  readonly checks: readonly (Check & { readonly badge: Badge })[];
  /** Claims of the token, even if it didn't verify. Undefined without a readable token. */
  readonly parts:
    { readonly header: JsonNode | undefined; readonly claims: JsonNode | undefined } | undefined;
  readonly canonical: { readonly expected: string; readonly signed: string | undefined } | undefined;
}

export function tokenView(capture: Capture): TokenView {
  const text = (findHeader(capture.headers, "authorization") ?? "").replace(/^JWT /, "");
  const token = text === "" ? undefined : parseToken(text);
  const differing = capture.checks.find(({ code }) => code === "JWT_QSH")?.canonical;
  return {
    checks: capture.checks.map((check) => ({ ...check, badge: badgeOfCheck(check) })),
    parts: token?.ok
      ? { header: jsonTree(JSON.stringify(token.header)), claims: jsonTree(JSON.stringify(token.claims)) }
      : undefined,
    canonical:
      differing === undefined ? undefined : { expected: differing.expected, signed: differing.signed },
  };
}

function badgeOfCheck({ state }: Check): Badge {
  switch (state) {
    case "ok":
      return { tone: "good", symbol: "✓", text: "ok" };
    case "bad":
      return { tone: "bad", symbol: "✕", text: "bad" };
    case "skipped":
      return { tone: "quiet", symbol: "–", text: "skipped" };
  }
}

/** Formats a capture as a fixture for tests, without secrets and tokens. */
export function formatFixture(capture: Capture): string {
  const { event, product, kind, method, target } = capture;
  const bytes = shownBody(capture, false);
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  const body = isText ? { body: text } : { bodyBase64: bytes.toString("base64") };
  const headers = capture.headers.filter(([name]) => !MASKED.has(name.toLowerCase()));
  return `${JSON.stringify({ event, product, kind, method, target, headers, ...body }, null, 2)}\n`;
}
