/** What becomes of a column that holds a text that is to be erased. Pure. */
import { ERASED } from "./subject.ts";

export type Fate =
  /** The text is replaced where it stands. */
  | "replaced"
  /** The row is a key of deliveries in order, which is forgotten once none of them waits. */
  | "forgotten"
  /** The column has this value instead. */
  | { readonly value: string | null };

const EMPTY: Fate = { value: null };
const NO_OBJECT: Fate = { value: "{}" };

type Fates = Readonly<Record<string, Readonly<Record<string, Fate>>>>;

/** What was sent and recorded. By table, without `callboard_`, and column. */
const RECORDED: Fates = {
  event: { body: EMPTY, notes: EMPTY, trace: EMPTY, project: EMPTY, actor: EMPTY, client_id: EMPTY },
  delivery: { order_key: EMPTY },
  order_key: { key: "forgotten" },
  attempt: {
    url: "replaced",
    request_headers: { value: "[]" },
    claims: EMPTY,
    detail: "replaced",
    answer_headers: EMPTY,
    answer: EMPTY,
  },
  lifecycle_call: { url: "replaced", claims: EMPTY, detail: "replaced", answer: EMPTY },
  audit: { actor: "replaced", object: "replaced", detail: "replaced", address: "replaced" },
  // Reasons that add-ons and token servers gave.
  access_token: { failure: EMPTY },
  reinstall: { detail: "replaced" },
  upm_install: { failure: EMPTY },
  directory_entry: { failure: "replaced", added_by: "replaced" },
  // Who did it, as the audit log names them.
  product_change: { created_by: "replaced" },
  replay: { created_by: "replaced" },
};

/** What was deleted or revoked, and is kept because the delivery log or the audit log names it. */
const OF_DELETED: Fates = {
  webhook: {
    name: "replaced",
    url: "replaced",
    description: "replaced",
    project: EMPTY,
    template: EMPTY,
    owner: EMPTY,
    filter: EMPTY,
    body_filter: EMPTY,
    events: EMPTY,
    order_by: EMPTY,
    created_by: "replaced",
    updated_by: "replaced",
  },
  subscription: {
    url: "replaced",
    params: NO_OBJECT,
    filter: EMPTY,
    body_filter: EMPTY,
    property_keys: EMPTY,
    dynamic: EMPTY,
    event: EMPTY,
  },
  api_token: { name: "replaced", portal: { value: JSON.stringify({ kind: "tenant", owner: ERASED }) } },
};

/**
 * Returns undefined for configuration, which administrators change or delete themselves.
 * @param table without `callboard_`
 * @param isDeleted whether the row is of something that was deleted or revoked
 */
export const findFate = (table: string, column: string, isDeleted: boolean): Fate | undefined =>
  RECORDED[table]?.[column] ?? (isDeleted ? OF_DELETED[table]?.[column] : undefined);
