/** The parameters of paths, by their names and what stands before them. */
import { string } from "../schema/schema.ts";
import type { Schema } from "../schema/schema.ts";
import { SITE_KEY } from "../schema/site.ts";

const ID = "[0-9]{1,9}_[0-9a-f]{32}";

const PARAMETERS: Readonly<Record<string, Schema>> = {
  site: SITE_KEY,
  "addons/key": string("Key of the add-on", { minLength: 1 }),
  "directory/key": string("Key of the add-on", { minLength: 1 }),
  "webhooks/id": string("ID of the webhook", { pattern: "^whk_[0-9]{1,9}_[0-9]{1,9}$" }),
  "events/id": string("ID of the event", { pattern: `^evt_${ID}$` }),
  "events/event": string("Event type", { minLength: 1 }),
  "deliveries/id": string("ID of the delivery", { pattern: `^dlv_${ID}$` }),
  "endpoints/number": string("Number of the endpoint", { pattern: "^[0-9]{1,9}$" }),
  "replays/id": string("ID of the replay", { minLength: 1 }),
  "listeners/id": string("ID of the listener", { pattern: `^lsn_${ID}$` }),
  "tokens/id": string("ID of the token", { minLength: 1 }),
  "keys/kid": string("Key ID", { minLength: 1 }),
  product: string("Key of the product", { minLength: 1 }),
  event: string("Event type", { minLength: 1 }),
};

/** Returns the schema of a parameter of a path. */
export function pathSchema(path: string, name: string): Schema {
  const [, before = ""] = new RegExp(`/([\\w-]+)/\\{${name}\\}`).exec(path) ?? [];
  const schema = PARAMETERS[`${before}/${name}`] ?? PARAMETERS[name];
  if (schema === undefined) throw new Error(`The parameter ${name} of ${path} has no schema`);
  return schema;
}
