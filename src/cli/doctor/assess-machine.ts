/** Verdicts about this machine and the settings. Pure. */
import type { Problem } from "../../errors.ts";
import { isStorageLow } from "../../host/model/operational.ts";
import { compareVersions } from "../../host/model/version-order.ts";
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** As `engines` of package.json says. */
export const MIN_NODE = "20.19.0";

export function assessNode(version: string): readonly Finding[] {
  if (compareVersions(version, MIN_NODE) >= 0) return ok(`Node ${version}`);
  return problem(
    `Node ${version} is too old for Callboard`,
    `Install Node ${MIN_NODE} or later, for example the latest LTS release`,
  );
}

export interface SettingsFacts {
  readonly problems: readonly Pick<Problem, "detail">[];
  readonly warnings: readonly string[];
  readonly unknown: readonly { readonly key: string; readonly closest: string }[];
  readonly profile: string | undefined;
}

export function assessSettings({ problems, warnings, unknown, profile }: SettingsFacts): readonly Finding[] {
  const findings = [
    ...problems.flatMap(({ detail }) =>
      problem(detail, "Change or remove the setting: callboard config --all"),
    ),
    ...unknown.flatMap(({ key, closest }) =>
      warning(`${key} is no setting, and is ignored`, `Did you mean ${closest}? Otherwise remove it`),
    ),
    ...warnings.flatMap((each) => warning(each, "README.md, Configuration, has the settings for a proxy")),
  ];
  return findings.length > 0 ? findings : ok(`valid, profile ${profile ?? "unknown"}`);
}

/** Fewer open files end a server under load, and very few do so at its start. */
const MIN_OPEN_FILES = 256;
const GOOD_OPEN_FILES = 1_024;

export function assessOpenFiles(limit: number | undefined): readonly Finding[] {
  if (limit === undefined) return ok("no limit that is known");
  const remedy = "Raise the limit to 1,024 or more: ulimit -n 1024, or LimitNOFILE= of a systemd unit";
  if (limit < MIN_OPEN_FILES)
    return problem(`a process may open ${limit} files, too few for a start`, remedy);
  if (limit < GOOD_OPEN_FILES)
    return warning(`a process may open ${limit} files, which load uses up`, remedy);
  return ok(`a process may open ${limit}`);
}

export type DirectoryFacts = { readonly path: string } & (
  | { readonly kind: "missing"; /** Whether it can be made. */ readonly canCreate: boolean }
  | { readonly kind: "no-directory" }
  | {
      readonly kind: "found";
      readonly isWritable: boolean;
      readonly openToOthers: readonly { readonly path: string; readonly mode: string }[];
      readonly freeBytes: number;
      readonly allBytes: number;
    }
);

/** @param setting names the directory */
export function assessDirectory(
  facts: DirectoryFacts,
  setting = "--data-dir (CALLBOARD_DATA_DIR)",
): readonly Finding[] {
  const { path } = facts;
  const otherDirectory = `or choose another directory with ${setting}`;
  if (facts.kind === "missing") {
    return facts.canCreate
      ? ok(`${path} is made by the first start`)
      : problem(
          `${path} does not exist, and this user can't create it`,
          `Create it for this user, ${otherDirectory}`,
        );
  }
  if (facts.kind === "no-directory")
    return problem(`${path} is no directory`, `Move the file, ${otherDirectory}`);
  const { isWritable, openToOthers, freeBytes, allBytes } = facts;
  const free = `${Math.floor(freeBytes / 1024 ** 2).toLocaleString("en-US")} MiB free`;
  const findings = [
    ...(isWritable
      ? []
      : problem(`this user can't write to ${path}`, `Give it to this user with chown, ${otherDirectory}`)),
    ...openToOthers.flatMap(({ path: open, mode }) =>
      warning(`other users of this machine can read ${open} (mode ${mode})`, `chmod go-rwx ${open}`),
    ),
    ...(isStorageLow(freeBytes, allBytes, false)
      ? problem(
          `the disk of ${path} is almost full: ${free}`,
          "Free some space: events are refused on a full disk",
        )
      : []),
  ];
  return findings.length > 0 ? findings : ok(`${path}, ${free}`);
}

export interface EnvironmentFacts {
  /** Names of variables that name a proxy for requests; none where Callboard has one of its own. */
  readonly proxies: readonly string[];
  readonly isTlsUnverified: boolean;
  /** NODE_EXTRA_CA_CERTS, and whether it can be read. */
  readonly extraCertificates: { readonly path: string; readonly isReadable: boolean } | undefined;
}

export function assessEnvironment({
  proxies,
  isTlsUnverified,
  extraCertificates,
}: EnvironmentFacts): readonly Finding[] {
  const findings = [
    ...(proxies.length === 0
      ? []
      : warning(
          `${proxies.join(", ")} ${proxies.length === 1 ? "is" : "are"} set, and Callboard does not use it`,
          "Set CALLBOARD_EGRESS_PROXY if deliveries must go through a proxy, or unset the variable if it is for other programs",
        )),
    ...(isTlsUnverified
      ? warning(
          "NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect on deliveries: certificates are always verified",
          "Unset it; for a certificate authority of your own, set NODE_EXTRA_CA_CERTS",
        )
      : []),
    ...(extraCertificates?.isReadable === false
      ? problem(
          `the certificates of NODE_EXTRA_CA_CERTS (${extraCertificates.path}) can't be read`,
          "Name a PEM file that this user can read",
        )
      : []),
  ];
  return findings.length > 0 ? findings : ok("no proxy that is ignored, certificates are verified");
}
