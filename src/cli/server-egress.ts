/** The way of the command line to its server: by the same door as deliveries, and through the proxy of the environment. */
import type { Egress, EgressOptions } from "../egress/index.ts";
import { getHost } from "../url-host.ts";
import { CommandFailure } from "./exit.ts";
import { findServerProxy } from "./server-proxy.ts";

type Limits = Pick<EgressOptions, "connectTimeoutMs" | "requestTimeoutMs" | "maxAnswerBytes">;

/** @throws CommandFailure CONFIG_INVALID if the proxy of the environment can't be used */
export async function openServerEgress(
  serverUrl: string,
  env: Readonly<Record<string, string | undefined>>,
  limits: Limits,
): Promise<Egress> {
  const url = new URL(serverUrl);
  const found = findServerProxy(url, env);
  if (found.kind === "invalid") {
    throw new CommandFailure(
      "usage",
      "CONFIG_INVALID",
      `${found.setting} can't be used: ${found.problem}`,
      `Correct ${found.setting}, or list the server in NO_PROXY to reach it directly`,
    );
  }
  const { createEgress } = await import("../egress/index.ts");
  return createEgress({
    ...limits,
    allowNetworks: ["loopback", getHost(url)],
    allowHttp: true,
    ...(found.kind === "proxy" ? { proxy: found.proxy, namesThroughProxy: true } : {}),
  });
}
