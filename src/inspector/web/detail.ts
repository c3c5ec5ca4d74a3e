/** One capture in detail: what each of its tabs shows. */
import { signAsHost } from "../../addon/index.ts";
import type { Tenant, TenantStore } from "../../addon/index.ts";
import { MASK, shownBody } from "../capture.ts";
import type { Capture } from "../capture.ts";
import type { Inbox } from "../inbox.ts";
import { toBodyFile, formatCurl } from "./curl.ts";
import type { Fields } from "./fields.ts";
import { bodyView, rawView, toRow, shownHeaders, tokenView } from "./present.ts";

const TABS = ["body", "headers", "token", "raw", "curl"] as const;
export type Tab = (typeof TABS)[number];

const TITLES: Readonly<Record<Tab, string>> = {
  body: "Body",
  headers: "Headers",
  token: "Token",
  raw: "Raw",
  curl: "curl",
};

/** Maximum number of captures offered for a comparison. */
const COMPARABLE = 50;

export interface DetailOptions {
  readonly inbox: Inbox;
  readonly tenants: TenantStore;
  readonly baseUrl: () => string;
  /** Of the host that the Inspector belongs to. */
  readonly hostUrl: string;
  readonly now: () => number;
}

export function toTab(text: string): Tab {
  return TABS.find((tab) => tab === text) ?? "body";
}

/** The address of a capture below the list that is filtered by `q`. */
export function linkTo(q: string, id: number, tab: Tab): string {
  const query = new URLSearchParams({ ...(q === "" ? {} : { q }), id: String(id) });
  if (tab !== "body") query.set("tab", tab);
  return `/?${query.toString()}`;
}

export async function presentDetail(capture: Capture, query: Fields, options: DetailOptions) {
  const tab = toTab(query("tab"));
  const reveal = query("reveal") === "yes";
  const link = (to: Tab, more = "") => linkTo(query("q"), capture.id, to) + more;
  const others = options.inbox.list().filter(({ id }) => id !== capture.id);
  return {
    ...toRow(capture),
    kind: capture.kind,
    method: capture.method,
    target: capture.target,
    parameters: listParameters(capture),
    deliveryId: capture.deliveryId,
    deliveryHref: toDeliveryHref(capture.deliveryId, options.hostUrl),
    refusal: capture.verification.state === "bad" ? capture.verification.reason : undefined,
    answered: capture.answer,
    q: query("q"),
    tab,
    tabs: TABS.map((name) => ({ href: link(name), current: name === tab, text: formatTitle(name, capture) })),
    reveal,
    revealLink: link(tab, reveal ? "" : "&reveal=yes"),
    others: others.slice(-COMPARABLE).toReversed().map(toRow),
    view: await presentTab(tab, capture, { query, reveal, options }),
    pointer: query("pointer"),
    whole: link("body"),
    part: (pointer: string, from: number) =>
      link("body", `&pointer=${encodeURIComponent(pointer)}&from=${from}`),
  };
}

/** The page of the delivery on the host. The ID comes from a header, which anybody can send. */
const toDeliveryHref = (id: string | undefined, hostUrl: string): string | undefined =>
  id !== undefined && /^dlv_\d{1,9}_[0-9a-f]{32}$/.test(id) ? `${hostUrl}/admin/deliveries/${id}` : undefined;

/** The query as its names and values: what the host filled in, and the params of the webhook's module. */
function listParameters({ target }: Capture): readonly (readonly [name: string, value: string])[] {
  const mark = target.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1));
  return [...query].map(([name, value]) => [name, name === "jwt" ? MASK : value]);
}

function formatTitle(tab: Tab, capture: Capture): string {
  return tab === "headers" ? `${TITLES[tab]} ${capture.headers.length}` : TITLES[tab];
}

interface PresentTabOptions {
  readonly query: Fields;
  readonly reveal: boolean;
  readonly options: DetailOptions;
}

async function presentTab(tab: Tab, capture: Capture, { query, reveal, options }: PresentTabOptions) {
  switch (tab) {
    case "body":
      return bodyView(capture, query("pointer"), Number(query("from")) || 0, reveal);
    case "headers":
      return shownHeaders(capture.headers, reveal);
    case "token":
      return tokenView(capture);
    case "raw":
      return rawView(capture, reveal);
    case "curl":
      return curlView(capture, reveal, options);
  }
}

/** Two curl commands: with the received token, which soon expires, and with one that is signed anew. */
async function curlView(capture: Capture, reveal: boolean, options: DetailOptions) {
  const { tenants, baseUrl, now } = options;
  const tenant = capture.clientKey === undefined ? undefined : await tenants.find(capture.clientKey);
  const signed = signedHeaders(capture, tenant, baseUrl(), now());
  return {
    file: toBodyFile(capture),
    received: formatCurl(
      { ...capture, body: shownBody(capture, reveal) },
      baseUrl(),
      shownHeaders(capture.headers, reveal),
    ),
    signed: signed === undefined ? undefined : formatCurl(capture, baseUrl(), shownHeaders(signed, reveal)),
  };
}

/** The headers of the capture, those of the signature made anew. */
function signedHeaders(
  capture: Capture,
  tenant: Tenant | undefined,
  baseUrl: string,
  at: number,
): Capture["headers"] | undefined {
  if (tenant === undefined || tenant.state === "uninstalled" || capture.kind !== "webhook") return undefined;
  const { clientKey, sharedSecret } = tenant;
  const url = new URL(baseUrl).origin + capture.target;
  const deliveryId = capture.deliveryId ?? `capture-${capture.id}`;
  const signature = signAsHost({ clientKey, sharedSecret, url, baseUrl, body: capture.body, deliveryId, at });
  const kept = capture.headers.filter(([name]) => !Object.hasOwn(signature, name.toLowerCase()));
  return [...kept, ...Object.entries(signature)];
}
