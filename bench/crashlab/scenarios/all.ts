/** Every scenario, in the order in which they run. */
import type { Scenario } from "../lab.ts";
import { addonScenarios } from "./add-ons.ts";
import { batches } from "./batches.ts";
import { caller } from "./caller.ts";
import { connectionScenarios } from "./connections.ts";
import { kills } from "./kills.ts";
import { order } from "./order.ts";
import { processScenarios } from "./processes.ts";
import { storageScenarios } from "./storage.ts";
import { transitions } from "./transitions.ts";

export const SCENARIOS: readonly Scenario[] = [
  kills,
  order,
  batches,
  transitions,
  caller,
  ...processScenarios,
  ...storageScenarios,
  ...connectionScenarios,
  ...addonScenarios,
];
