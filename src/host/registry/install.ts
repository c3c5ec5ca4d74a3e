/**
 * Installs an add-on, or upgrades or re-installs one: a pending row, the `installed` callback, and after a yes one
 * transaction that swaps the installation and its subscriptions. After anything else nothing was changed.
 */

import { getHost } from "../../url-host.ts";
import { CallboardError } from "../../errors.ts";
import type { ReadDescriptor, ResolvedWebhook, WebhookDiff } from "../../protocol/descriptor.ts";
import { lacksSecret } from "../model/lost-secrets.ts";
import { grantsAfter, planScopes, requireAccepted } from "../model/scope-consent.ts";
import type { AcceptedScopes, ScopePlan } from "../model/scope-consent.ts";
import { diffWebhooks } from "../model/webhook-diff.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { resumeReceiver } from "../store/tables/endpoint-life.ts";
import { findInstallation, saveInstallation } from "../store/tables/installations.ts";
import type { PendingInstall } from "../store/tables/installations.ts";
import { insertLifecycleCall } from "../store/tables/lifecycle-calls.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { raiseVersion } from "../store/tables/sites.ts";
import { callAndRecord, callBack, isInstalled, toRefusal } from "./callbacks.ts";
import type { RegistryContext } from "./context.ts";
import { makeDue } from "./enablement.ts";
import { trimEndpointAccess } from "./endpoint-access.ts";
import type { CheckedEndpointAccess } from "./endpoint-access.ts";
import { recordResumed } from "./endpoint-records.ts";
import { announceChange } from "./host-events.ts";
import { findInstallAccess, saveInstallAccess } from "./install-access.ts";
import { beginPending, endPending } from "./pending.ts";
import { newSharedSecret } from "./secrets.ts";
import { applyDiff, dropLeftBehind, listSubscribedWebhooks } from "./subscriptions.ts";
import type { Installation } from "../model/installation.ts";
import type { Site } from "../model/site.ts";

export type InstallKind = "install" | "upgrade" | "reinstall";

export interface InstallRequest {
  readonly site: Site;
  readonly read: ReadDescriptor;
  /** Undefined when the descriptor itself was given. */
  readonly descriptorUrl: string | undefined;
  /** The caller knows that the add-on moves to another origin. */
  readonly confirmOrigin: boolean;
  /** Scopes that the caller allows; those of an upgrade that were granted before need no consent. */
  readonly acceptScopes: AcceptedScopes;
  /** Headers and TLS for its endpoint. */
  readonly access: CheckedEndpointAccess;
  readonly by: Author;
}

/** What an install does, or would do. `B` is what stands for a webhook before. */
export interface InstallPlan<B extends ResolvedWebhook = ResolvedWebhook> {
  readonly kind: InstallKind;
  readonly diff: WebhookDiff<B>;
  /** From where to where the add-on moves; undefined when it stays. */
  readonly originChange: { readonly from: string; readonly to: string } | undefined;
  readonly scopes: ScopePlan;
}

/** What an install of this descriptor would do; changes and calls nothing. */
export async function planInstall(
  site: Site,
  read: ReadDescriptor,
  context: RegistryContext,
): Promise<InstallPlan> {
  const { database, seal } = context;
  const before = await findInstallation(database.read, seal, site.no, read.descriptor.key);
  return toInstallPlan(before, await listSubscribedWebhooks(database.read, before), { site, read }, context);
}

/**
 * Resolves to what was done, and the callbacks that were made for it in order.
 * Throws what {@link findInstallAccess} throws, ADDON_ORIGIN_CHANGED for a move that is not confirmed, SCOPES_NOT_ACCEPTED, ADDON_STATE while another process installs the same
 * add-on, and LIFECYCLE_INSTALLED, with the add-on's answer, when it does not accept.
 */
export async function install(
  request: InstallRequest,
  context: RegistryContext,
): Promise<{ readonly plan: InstallPlan; readonly calls: readonly LifecycleCall[] }> {
  const { site, read, descriptorUrl, confirmOrigin, acceptScopes, access: given } = request;
  const { descriptor } = read;
  const { database, seal } = context;
  const before = await findInstallation(database.read, seal, site.no, descriptor.key);
  const { originChange, scopes } = toInstallPlan(before, [], request, context);
  if (originChange !== undefined && !confirmOrigin) throw originError(originChange);
  requireAccepted(scopes, acceptScopes, descriptor.name);
  const access = await findInstallAccess({ site, descriptor, descriptorUrl, given }, context);

  const sharedSecret = secretFor(request, before, originChange !== undefined);
  const pending = await beginPending({ siteNo: site.no, descriptor, sharedSecret }, context);
  const knownSecret = before?.sharedSecret ?? before?.previousSecret;
  const call = await callBack(
    "installed",
    { site, descriptor, secrets: { sharedSecret, knownSecret }, access },
    context,
  );
  if (call !== undefined && !isInstalled(call)) {
    await database.write(async (tx) => {
      await endPending(tx, pending, context);
      await insertLifecycleCall(tx, call);
    });
    throw toRefusal(call);
  }
  const { plan, installation } = await swap(request, pending, call, context);
  await context.changed(site.no);
  context.logger.info("addon.installed", { site: site.key, addon: descriptor.key, kind: plan.kind });

  const calls = call === undefined ? [] : [call];
  if (installation.state !== "enabled") return { plan, calls };
  const enabledCalls = await callAndRecord("enabled", installation, site, context);
  await announceChange(plan.kind === "upgrade" ? "enabled" : "installed", site, descriptor, context);
  return { plan, calls: [...calls, ...enabledCalls] };
}

function toInstallPlan<B extends ResolvedWebhook>(
  before: Installation | undefined,
  webhooks: readonly B[],
  { site, read: { descriptor, webhooks: wanted } }: Pick<InstallRequest, "site" | "read">,
  { catalogue, profile, isThisMachine = () => false }: RegistryContext,
): InstallPlan<B> {
  const diff = diffWebhooks(webhooks, wanted);
  const { scopes: listed } = catalogue.get(site.product);
  const scopes = planScopes(descriptor.scopes, listed, before?.grantedScopes ?? []);
  if (before === undefined) return { kind: "install", diff, originChange: undefined, scopes };
  if (before.state === "uninstalled") return { kind: "reinstall", diff, originChange: undefined, scopes };
  const from = new URL(before.baseUrl);
  const to = new URL(descriptor.baseUrl);
  const isLocal = (url: URL) => isLoopback(url) || isThisMachine(getHost(url));
  const stays = from.origin === to.origin || (profile === "dev" && isLocal(from) && isLocal(to));
  const originChange = stays ? undefined : { from: from.origin, to: to.origin };
  return { kind: "upgrade", diff, originChange, scopes };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** An upgrade keeps the secret; a new origin, and a re-install, get a new one. */
function secretFor(
  { read }: InstallRequest,
  before: Installation | undefined,
  moves: boolean,
): string | undefined {
  if (read.descriptor.authentication.type === "none") return undefined;
  const kept = before?.state === "uninstalled" || moves ? undefined : before?.sharedSecret;
  return kept ?? newSharedSecret();
}

const ACTIONS = {
  install: "addon.installed",
  upgrade: "addon.upgraded",
  reinstall: "addon.reinstalled",
} as const satisfies Record<InstallKind, string>;

/** The transaction of an accepted install. What it starts from is read again in it. */
async function swap(
  request: InstallRequest,
  pending: PendingInstall,
  call: LifecycleCall | undefined,
  context: RegistryContext,
): Promise<{ readonly plan: InstallPlan; readonly installation: Installation }> {
  const { site, read, descriptorUrl, access: given, by } = request;
  const { announcer, database, seal, now } = context;
  const { addonKey } = pending;
  return database.write(async (tx) => {
    await announcer.prepare(tx);
    await endPending(tx, pending, context);
    const before = await findInstallation(tx, seal, site.no, addonKey);
    const plan = toInstallPlan(before, await listSubscribedWebhooks(tx, before), request, context);
    const granted = before?.grantedScopes ?? [];
    const installation = installationAfter(
      before,
      pending,
      {
        descriptorUrl,
        grantedScopes: grantsAfter(plan.scopes, granted, { grantedAt: now(), grantedBy: by.actor }),
      },
      now(),
    );
    await saveInstallation(tx, seal, installation);
    await trimEndpointAccess(tx, seal, installation);
    await applyDiff(tx, site.no, addonKey, plan.diff);
    await dropLeftBehind(tx, site.no, addonKey, installation.baseUrl);
    const { descriptor } = read;
    await saveInstallAccess(tx, { site, descriptor, descriptorUrl, given }, { by, seal, now });
    const receiver = { kind: "addon", addonKey } as const;
    const resumed = await resumeReceiver(tx, site.no, receiver, now());
    if (before !== undefined && lacksSecret(before)) await makeDue(tx, site, addonKey, now());
    await raiseVersion(tx, site.no);
    if (call !== undefined) await insertLifecycleCall(tx, call);
    const detail = [descriptorUrl ?? "", ...describeScopes(plan.scopes)].filter(Boolean).join("; ");
    await appendAudit(tx, { ...by, action: ACTIONS[plan.kind], object: `${site.key}/${addonKey}`, detail });
    await recordResumed(tx, { site, resumed, by, context });
    const { state } = installation;
    await announcer.announce(tx, [
      {
        event: "addon.installed",
        siteNo: site.no,
        about: { kind: "receiver", receiver, name: read.descriptor.name },
        facts: { state, since: now(), kind: plan.kind, by: by.actor },
      },
    ]);
    return { plan, installation };
  });
}

function installationAfter(
  before: Installation | undefined,
  { siteNo, addonKey, descriptor, baseUrl, sharedSecret }: PendingInstall,
  { descriptorUrl, grantedScopes }: Pick<Installation, "descriptorUrl" | "grantedScopes">,
  now: number,
): Installation {
  const upgraded = before?.state === "uninstalled" ? undefined : before;
  return {
    siteNo,
    addonKey,
    descriptor,
    descriptorUrl,
    baseUrl,
    authentication: descriptor.authentication.type,
    // An upgrade of a disabled add-on stays disabled.
    state: upgraded?.state ?? "enabled",
    grantedScopes,
    sharedSecret,
    previousSecret: undefined,
    previousSecretUntil: undefined,
    installedAt: upgraded?.installedAt ?? now,
    updatedAt: now,
    disabledAt: upgraded?.disabledAt,
  };
}

/** For the audit log. */
function describeScopes({ toAccept, dropped }: ScopePlan): readonly string[] {
  return [
    ...(toAccept.length === 0 ? [] : [`scopes granted: ${toAccept.map(({ name }) => name).join(", ")}`]),
    ...(dropped.length === 0 ? [] : [`scopes dropped: ${dropped.join(", ")}`]),
  ];
}

function originError(change: { readonly from: string; readonly to: string }): CallboardError {
  return new CallboardError(
    "ADDON_ORIGIN_CHANGED",
    `The add-on moves from ${change.from} to ${change.to}; confirm it, and it gets a new secret`,
    { extra: change },
  );
}
