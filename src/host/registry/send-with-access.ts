/** Requests of the control plane with the headers and TLS of an add-on's endpoint. */
import type { ControlRequest, Egress, ExchangeResult } from "../../egress/index.ts";
import { isNotAuthenticated, previousCredentials } from "../model/access.ts";
import type { Access } from "../model/access.ts";
import type { RegistryContext } from "./context.ts";

/** Sends the request once more with the settings before a rotation if the add-on does not accept the new ones. */
export async function sendWithAccess(
  request: ControlRequest,
  access: Access | undefined,
  { egress, now }: Pick<RegistryContext, "egress" | "now">,
): Promise<ExchangeResult> {
  if (access === undefined) return egress.request(request);
  const result = await egress.request({ ...request, credentials: access.current });
  const previous = isNotAuthenticated(result.outcome) ? previousCredentials(access, now()) : undefined;
  if (previous === undefined) return result;
  return egress.request({ ...request, credentials: previous.credentials });
}

/** Returns the function that sends so; undefined without settings, for the way that requests go otherwise. */
export function createSend(
  access: Access | undefined,
  context: Pick<RegistryContext, "egress" | "now">,
): Egress["request"] | undefined {
  return access === undefined ? undefined : (request) => sendWithAccess(request, access, context);
}
