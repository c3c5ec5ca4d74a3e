/** Handles verified lifecycle callbacks: checks and saves the tenant and calls the handlers, one at a time per tenant. */
import { createKeyedMutex } from "../keyed-mutex.ts";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import { LIFECYCLE_ALGORITHMS } from "../protocol/lifecycle.ts";
import { findRefusal } from "../protocol/verdict.ts";
import type { Refusal } from "../protocol/verdict.ts";
import type { LifecycleCall, LifecycleHandler } from "./event.ts";
import type { Trusted } from "./judge.ts";
import { checkCallbackBody, checkReplay, tenantAfter, tenantAfterFailure } from "./lifecycle.ts";
import type { Callback } from "./lifecycle.ts";
import type { Received } from "./received.ts";
import { toTenantView } from "./tenants.ts";
import type { TenantStore } from "./tenants.ts";

export interface Callbacks {
  readonly on: (event: LifecycleEvent, handler: LifecycleHandler) => void;
  /** Records that a host signs bodies, after one of its signatures was verified. */
  readonly noteSignedBody: (clientKey: string) => Promise<void>;
  /**
   * Handles a callback. Rejects if the store or a handler fails: the tenant is then restored, and the token counts as used.
   */
  readonly take: (received: Received, event: LifecycleEvent, trusted: Trusted) => Promise<Taken>;
}

export type Taken = { readonly ok: true; readonly call: LifecycleCall } | Refusal;

export function createCallbacks(addonKey: string, tenants: TenantStore): Callbacks {
  const handlers = new Map<LifecycleEvent, LifecycleHandler[]>();
  const inTurn = createKeyedMutex();

  async function take(received: Received, event: LifecycleEvent, trusted: Trusted): Promise<Taken> {
    const { claims, token } = trusted;
    const callback: Callback = {
      event,
      claims,
      token,
      body: objectIn(received),
      receivedAt: received.receivedAt,
      hostSignsBodies: trusted.hostSignsBodies === true,
    };
    const before = await tenants.find(claims.iss);
    const checks = [
      ...trusted.checks,
      ...checkCallbackBody(callback, addonKey),
      ...(LIFECYCLE_ALGORITHMS[event] === "RS256" ? [checkReplay(callback, before)] : []),
    ];
    const refusal = findRefusal(checks);
    if (refusal !== undefined) return refusal;
    const after = tenantAfter(callback, before);
    const tenant =
      after === undefined ? { clientKey: claims.iss, baseUrl: "", productType: "" } : toTenantView(after);
    const call = { event, checks, tenant };
    if (after === undefined) return { ok: true, call };
    await tenants.save(after);
    try {
      for (const handler of handlers.get(event) ?? []) await handler(call);
    } catch (error) {
      await tenants.save(tenantAfterFailure(after, before));
      throw error;
    }
    return { ok: true, call };
  }

  return {
    noteSignedBody: (clientKey) =>
      inTurn(clientKey, async () => {
        const tenant = await tenants.find(clientKey);
        if (tenant !== undefined && tenant.signsBodies !== true)
          await tenants.save({ ...tenant, signsBodies: true });
      }),
    on: (event, handler) => void handlers.set(event, [...(handlers.get(event) ?? []), handler]),
    take: (received, event, trusted) => inTurn(trusted.claims.iss, () => take(received, event, trusted)),
  };
}

function objectIn({ json }: Received): Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
}
