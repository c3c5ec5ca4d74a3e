/** The ways out: one for receivers and add-ons, and one for URLs that strangers name. */
import type { Closers } from "../../closers.ts";
import { createEgress, createThisMachine, outgoingSockets, readOpenFileLimit } from "../../egress/index.ts";
import type { OwnAddress } from "../address.ts";
import { createCertificates } from "../events/certificates.ts";
import type { Base } from "./base.ts";

/** The most that is kept of a receiver's response. */
const MAX_ANSWER_BYTES = 64 * 1024;

export type Network = ReturnType<typeof buildNetwork>;

export function buildNetwork({ config, clock, logger, now }: Base, address: OwnAddress, closers: Closers) {
  const isDev = config.profile === "dev";
  const thisMachine = isDev ? createThisMachine() : undefined;
  const mostInFlight = outgoingSockets(readOpenFileLimit());
  const certificates = createCertificates(now);
  const options = {
    thisMachine,
    allowHttp: isDev ? "always" : true,
    connectTimeoutMs: config.connectTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    ...(config.dnsServers === undefined ? {} : { dnsServers: config.dnsServers }),
    ownAddresses: address.own,
    proxy: config.egressProxy,
    now: clock.now,
  } as const;
  const egress = createEgress({
    ...options,
    onCertificate: certificates.met,
    allowNetworks: config.allowNetworks,
    maxSockets: mostInFlight,
  });
  closers.add(() => egress.close());
  // Strangers name its URLs: what CALLBOARD_ALLOW_NETWORKS opens for receivers stays closed for them.
  const visitorEgress = createEgress({ ...options, allowNetworks: isDev ? config.allowNetworks : [] });
  closers.add(() => visitorEgress.close());
  egress.proxy?.onChange(() => {
    const failure = egress.proxy?.failure();
    if (failure === undefined) logger.info("egress.proxy-recovered", {});
    else logger.warn("egress.proxy-failed", { ...failure });
  });
  return { thisMachine, mostInFlight, certificates, egress, visitorEgress };
}
