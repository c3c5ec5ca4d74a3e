/** The parameters of paths, by their names and what stands before them. */
import { EXAMPLE_PRODUCT } from "../../../catalogue/examples.ts";
import { checkedByCode, string } from "../schema/schema.ts";
import type { Schema } from "../schema/schema.ts";
import { SITE_KEY } from "../schema/site.ts";

const ID = "[0-9]{1,9}_[0-9a-f]{32}";
const EXAMPLE_UUID = "019320a5b87b70008000000000000000";

/** A value as it can stand in a path, for the documentation. */
const example = (value: string) => ({ examples: [value] });

const PARAMETERS: Readonly<Record<string, Schema>> = {
  site: checkedByCode(SITE_KEY, example("board")),
  "addons/key": string("Key of the add-on", { minLength: 1 }, example("com.example.addon")),
  "directory/key": string("Key of the add-on", { minLength: 1 }, example("com.example.addon")),
  "webhooks/id": string("ID of the webhook", { pattern: "^whk_[0-9]{1,9}_[0-9]{1,9}$" }, example("whk_1_1")),
  "events/id": string("ID of the event", { pattern: `^evt_${ID}$` }, example(`evt_1_${EXAMPLE_UUID}`)),
  "events/event": string("Event type", { minLength: 1 }, example("crane.stopped")),
  "deliveries/id": string("ID of the delivery", { pattern: `^dlv_${ID}$` }, example(`dlv_1_${EXAMPLE_UUID}`)),
  "endpoints/number": string("Number of the endpoint", { pattern: "^[0-9]{1,9}$" }, example("1")),
  "replays/id": string("ID of the replay", { minLength: 1 }, example("rpl_1_1")),
  "listeners/id": string("ID of the listener", { pattern: `^lsn_${ID}$` }, example(`lsn_1_${EXAMPLE_UUID}`)),
  "backups/id": string("ID of the backup", { pattern: "^bak_[0-9a-f]{32}$" }, example(`bak_${EXAMPLE_UUID}`)),
  "tokens/id": string("ID of the token", { minLength: 1 }, example("tok_1")),
  "keys/kid": string("Key ID", { minLength: 1 }, example("0b8c1a52-6a0e-4f2e-9d1c-3f6f1b7f3c55")),
  "catalogue/product": string("Key of the product", { minLength: 1 }, example(EXAMPLE_PRODUCT)),
  "changes/version": string("Version after the change", { pattern: "^[0-9]{1,9}$" }, example("2")),
  product: string("Key of the product", { minLength: 1 }, example("harbor")),
  event: string("Event type", { minLength: 1 }, example("jira:issue_created")),
};

/** Returns the schema of a parameter of a path. */
export function pathSchema(path: string, name: string): Schema {
  const [, before = ""] = new RegExp(`/([\\w-]+)/\\{${name}\\}`).exec(path) ?? [];
  const schema = PARAMETERS[`${before}/${name}`] ?? PARAMETERS[name];
  if (schema === undefined) throw new Error(`The parameter ${name} of ${path} has no schema`);
  return schema;
}
