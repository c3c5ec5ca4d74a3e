/** Looks at this machine: its data directory, its limits, the environment. */
import { constants } from "node:fs";
import { access, mkdtemp, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { examineRights } from "../../host/index.ts";
import type { Io } from "../io.ts";
import type { DirectoryFacts, EnvironmentFacts } from "./assess-machine.ts";

export async function lookAtDirectory(path: string): Promise<DirectoryFacts> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    return { path, kind: "missing", canCreate: await isWritable(await findParent(path)) };
  if (!found.isDirectory()) return { path, kind: "no-directory" };
  const { bavail, blocks, bsize } = await statfs(path);
  return {
    path,
    kind: "found",
    isWritable: await isWritable(path),
    openToOthers: await examineRights(path),
    freeBytes: bavail * bsize,
    allBytes: blocks * bsize,
  };
}

/** The nearest folder above that exists. */
async function findParent(path: string): Promise<string> {
  const parent = dirname(path);
  const exists = await stat(parent).then(
    () => true,
    () => false,
  );
  return exists || parent === path ? parent : findParent(parent);
}

/** Tries it: rights alone don't tell of a file system that is read-only. */
async function isWritable(directory: string): Promise<boolean> {
  try {
    await rmdir(await mkdtemp(join(directory, ".callboard-doctor-")));
    return true;
  } catch {
    return false;
  }
}

const PROXY_KEYS = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

export async function lookAtEnvironment(env: Io["env"]): Promise<EnvironmentFacts> {
  const isSet = (key: string) => (env[key] ?? "").trim() !== "";
  const path = env["NODE_EXTRA_CA_CERTS"] ?? "";
  return {
    proxies: isSet("CALLBOARD_EGRESS_PROXY")
      ? []
      : PROXY_KEYS.flatMap((key) => [key, key.toLowerCase()]).filter(isSet),
    isTlsUnverified: env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0",
    extraCertificates:
      path === ""
        ? undefined
        : {
            path,
            isReadable: await access(path, constants.R_OK).then(
              () => true,
              () => false,
            ),
          },
  };
}
