/**
 * Every step of the schema, in order. A step that was released is never edited: a database made before the edit would have
 * another schema than one made after it. `test/store/migrations.test.ts` keeps the hash of each.
 */
import type { Dialect } from "../dialect.ts";
import { first } from "./0001-first.ts";
import { sameIndexes } from "./0002-same-indexes.ts";
import { withdrawal } from "./0004-withdrawal.ts";
import { endpointLife } from "./0005-endpoint-life.ts";
import { traceParent } from "./0006-trace-parent.ts";
import { responseBytes } from "./0008-response-bytes.ts";
import { announcements } from "./0009-announcements.ts";
import { replays } from "./0010-replays.ts";
import { endpointHours } from "./0011-endpoint-hours.ts";
import { keysAndChain } from "./0012-keys-and-chain.ts";
import { registryChanges } from "./0013-registry-changes.ts";
import { bodyFilter } from "./0014-body-filter.ts";
import { products } from "./0015-products.ts";
import { publicCatalogue } from "./0016-public-catalogue.ts";
import { scopesAndDirectory } from "./0017-scopes-and-directory.ts";
import { proxy } from "./0018-proxy.ts";
import { idempotencyKeys } from "./0019-idempotency-keys.ts";
import { listeners } from "./0020-listeners.ts";
import { processBottleneck } from "./0021-process-bottleneck.ts";
import { receiverAccess } from "./0022-receiver-access.ts";
import { pace } from "./0023-pace.ts";
import { order } from "./0024-order.ts";
import { webhookFormats } from "./0025-webhook-formats.ts";
import { portals } from "./0026-portals.ts";
import { batches } from "./0027-batches.ts";
import { endpointAccess } from "./0028-endpoint-access.ts";
import { portalHashes } from "./0029-portal-hashes.ts";
import { troubledEndpoints } from "./0048-troubled-endpoints.ts";
import { newestOfAllSites } from "./0049-newest-of-all-sites.ts";

export interface Migration {
  /** Begins with the next free number. */
  readonly name: string;
  /** The oldest version of Callboard that can use a database after this step. */
  readonly usableFrom: string;
  readonly statements: (dialect: Dialect) => readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  first,
  sameIndexes,
  withdrawal,
  endpointLife,
  traceParent,
  responseBytes,
  announcements,
  replays,
  endpointHours,
  keysAndChain,
  registryChanges,
  bodyFilter,
  products,
  publicCatalogue,
  scopesAndDirectory,
  proxy,
  idempotencyKeys,
  listeners,
  processBottleneck,
  receiverAccess,
  pace,
  order,
  webhookFormats,
  portals,
  batches,
  endpointAccess,
  portalHashes,
  troubledEndpoints,
  newestOfAllSites,
];
