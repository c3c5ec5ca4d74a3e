/**
 * Properties that an add-on keeps with the host.
 * Source: developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-app-properties.
 */
import { CallboardError } from "../../../errors.ts";
import {
  deleteProperty,
  findProperty,
  listPropertyNames,
  saveProperty,
} from "../../store/tables/addon-properties.ts";
import { whyNotLine } from "../../model/text.ts";
import { loadCaller } from "./caller.ts";
import type { AddonCaller, Standing } from "./caller.ts";
import type { DynamicContext } from "./context.ts";

const MAX_PROPERTIES = 100;
const MAX_NAME_LENGTH = 127;
const MAX_VALUE_BYTES = 32 * 1024;

/** Methods throw what {@link loadCaller} throws. */
export interface AddonProperties {
  /** The add-on as it is installed. */
  readonly standing: (caller: AddonCaller) => Promise<Standing>;
  readonly names: (caller: AddonCaller) => Promise<readonly string[]>;
  /** Its JSON text. Throws PROPERTY_NOT_FOUND. */
  readonly read: (caller: AddonCaller, name: string) => Promise<string>;
  /** `value` is JSON text. Throws BODY_SCHEMA, BODY_TOO_LARGE, LIMIT_REACHED. */
  readonly write: (caller: AddonCaller, name: string, value: string) => Promise<"created" | "updated">;
  /** Throws PROPERTY_NOT_FOUND. */
  readonly remove: (caller: AddonCaller, name: string) => Promise<void>;
}

export function createAddonProperties(context: Pick<DynamicContext, "database" | "seal">): AddonProperties {
  const { database } = context;
  const locate = async (caller: AddonCaller) => {
    const { site } = await loadCaller(caller, context);
    return [site.no, caller.addonKey] as const;
  };

  return {
    standing: (caller) => loadCaller(caller, context),
    names: async (caller) => listPropertyNames(database.read, ...(await locate(caller))),
    read: async (caller, name) => {
      const value = await findProperty(database.read, ...(await locate(caller)), name);
      if (value === undefined) throw notFound(name);
      return value;
    },
    write: async (caller, name, value) => {
      if (name === "" || name.length > MAX_NAME_LENGTH) {
        throw new CallboardError(
          "BODY_SCHEMA",
          `The name of a property has 1 to ${MAX_NAME_LENGTH} characters`,
        );
      }
      const problem = whyNotLine(name);
      if (problem !== undefined) throw new CallboardError("BODY_SCHEMA", `The name of a property ${problem}`);
      if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
        throw new CallboardError("BODY_TOO_LARGE", `A property has at most ${MAX_VALUE_BYTES} bytes`);
      }
      const place = await locate(caller);
      return database.write(async (tx) => {
        const names = await listPropertyNames(tx, ...place);
        const isNew = !names.includes(name);
        if (isNew && names.length >= MAX_PROPERTIES) {
          throw new CallboardError(
            "LIMIT_REACHED",
            `An add-on can have ${MAX_PROPERTIES} properties on a site`,
          );
        }
        await saveProperty(tx, { siteNo: place[0], addonKey: place[1], name, value });
        return isNew ? "created" : "updated";
      });
    },
    remove: async (caller, name) => {
      const place = await locate(caller);
      await database.write(async (tx) => {
        if ((await findProperty(tx, ...place, name)) === undefined) throw notFound(name);
        await deleteProperty(tx, ...place, name);
      });
    },
  };
}

const notFound = (name: string) =>
  new CallboardError("PROPERTY_NOT_FOUND", `There is no property ${JSON.stringify(name.slice(0, 200))}`);
