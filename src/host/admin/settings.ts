/** What an administrator may change while the host runs, over what the configuration says. */
import type { Config } from "../../config.ts";
import type { InstallSources } from "../model/directory.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { HostContext } from "../context.ts";
import {
  readInstallSources,
  readSetting,
  writeInstallSources,
  writeSetting,
} from "../store/tables/settings.ts";

/** Settings that are durations in milliseconds, by name. */
const NAMES = { retentionMs: "retention_ms", bodyRetentionMs: "body_retention_ms" } as const;

export interface ChangedSettings {
  /** Age at which events, deliveries and attempts are removed. */
  readonly retentionMs?: number;
  /** Age at which bodies are removed, the rows staying. */
  readonly bodyRetentionMs?: number;
  /** Where sites may install add-ons from: "anywhere", or the directory only. */
  readonly installSources?: InstallSources;
}

/** The settings in force, and what of the configuration an administrator wants to see. Nothing secret. */
export interface HostSettings extends Required<ChangedSettings> {
  readonly profile: string;
  readonly baseUrl: string;
  readonly role: string;
  readonly allowNetworks: readonly string[];
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly endpointConcurrency: Config["endpointConcurrency"];
  readonly bodyLimitBytes: number;
}

export interface Settings {
  readonly read: () => Promise<HostSettings>;
  /** Resolves to the settings in force afterwards. */
  readonly change: (changes: ChangedSettings, by: Author) => Promise<HostSettings>;
}

export function createSettings({
  config,
  database,
  baseUrl,
}: Pick<HostContext, "config" | "database" | "baseUrl">): Settings {
  async function readDuration(name: keyof typeof NAMES): Promise<number> {
    const value = await readSetting(database.read, NAMES[name]);
    return value === undefined ? config[name] : Number(value);
  }

  const read = async (): Promise<HostSettings> => ({
    retentionMs: await readDuration("retentionMs"),
    bodyRetentionMs: await readDuration("bodyRetentionMs"),
    installSources: await readInstallSources(database.read),
    profile: config.profile,
    baseUrl: baseUrl(),
    role: config.role,
    allowNetworks: config.allowNetworks,
    requestTimeoutMs: config.requestTimeoutMs,
    connectTimeoutMs: config.connectTimeoutMs,
    endpointConcurrency: config.endpointConcurrency,
    bodyLimitBytes: config.bodyLimitBytes,
  });

  return {
    read,
    change: async (changes, by) => {
      await database.write(async (tx) => {
        for (const name of ["retentionMs", "bodyRetentionMs"] as const) {
          const value = changes[name];
          if (value === undefined) continue;
          await writeSetting(tx, NAMES[name], String(value));
          await appendAudit(tx, { ...by, action: "setting.changed", object: name, detail: `${value} ms` });
        }
        const { installSources } = changes;
        if (installSources === undefined) return;
        await writeInstallSources(tx, installSources);
        const note = { action: "setting.changed", object: "installSources", detail: installSources };
        await appendAudit(tx, { ...by, ...note });
      });
      return read();
    },
  };
}
