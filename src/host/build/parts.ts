/** Everything that a host is built of, in the order in which it is built. */
import type { OwnAddress } from "../address.ts";
import type { OpenHost } from "../open.ts";
import type { Products } from "../products/products.ts";
import type { Base } from "./base.ts";
import type { Care } from "./care.ts";
import type { Doorway } from "./doorway.ts";
import type { Health } from "./health.ts";
import type { Intake } from "./intake.ts";
import type { Network } from "./network.ts";
import type { Receivers } from "./registry.ts";
import type { Sending } from "./sending.ts";
import type { Signals } from "./signals.ts";

export interface HostParts {
  readonly base: Base;
  readonly address: OwnAddress;
  readonly deriveKey: OpenHost["deriveKey"];
  readonly network: Network;
  readonly doorway: Doorway;
  readonly signals: Signals;
  readonly sending: Sending;
  readonly intake: Intake;
  readonly products: Products;
  readonly health: Health;
  readonly receivers: Receivers;
  readonly care: Care;
}
