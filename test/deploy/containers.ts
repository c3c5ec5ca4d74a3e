/** Containers of a test's own, by Podman: images and containers are in a folder that goes with them. */
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createGzip } from "node:zlib";
import { CACHE, installNode } from "../support/node-versions.ts";
import { splitCommand } from "./commands.ts";
import { ROOT, requireProgram } from "./programs.ts";

/** What a new container gets when it is not said: more than this machine may give. */
const LIMITS = ["--ulimit=nofile=4096:4096", "--ulimit=nproc=1024:1024"];

export interface Containers {
  readonly folder: string;
  /** Runs a command of Podman, and resolves to its output. @throws with what it printed when it fails */
  readonly run: (args: readonly string[]) => Promise<string>;
  /**
   * Runs a command line for Docker that a document has, with further options behind the first word. Ports are not published.
   * @throws with what it printed when it fails
   */
  readonly follow: (command: string, options?: readonly string[]) => Promise<string>;
  /** Resolves to standard output and standard error of a container. */
  readonly logs: (container: string) => Promise<string>;
  /** Resolves to the size of the root file system of an image, compressed. */
  readonly measureGzip: (image: string) => Promise<number>;
  readonly remove: () => void;
}

export function createContainers(): Containers {
  const folder = mkdtempSync(join(tmpdir(), "callboard-containers-"));
  const global = [
    `--root=${folder}/storage`,
    `--runroot=${folder}/run`,
    `--tmpdir=${folder}/tmp`,
    "--cgroup-manager=cgroupfs",
    "--events-backend=none",
    "--runtime=runc",
  ];
  const podman = (args: readonly string[]) =>
    spawn(requireProgram("podman"), [...global, ...args], { cwd: ROOT });

  function printed(args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = podman(args);
      let out = "";
      let all = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        all += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
      child.once("error", reject);
      child.once("close", (code) => {
        if (code === 0) resolve(args[0] === "logs" ? all : out);
        else reject(new Error(`podman ${args.join(" ")} ended with ${code}:\n${all.slice(-20_000)}`));
      });
    });
  }

  return {
    folder,
    run: printed,
    follow: (command, options = []) => {
      const [, action = "", ...words] = splitCommand(command);
      const isNew = action === "build" || action === "run";
      const args = words.filter((word, at) => word !== "--publish" && words[at - 1] !== "--publish");
      return printed([action, ...(isNew ? LIMITS : []), ...options, ...args]);
    },
    logs: (container) => printed(["logs", container]),
    measureGzip: async (image) => {
      const container = (await printed(["create", image])).trim();
      const file = join(folder, "root.tar");
      await printed(["export", `--output=${file}`, container]);
      let bytes = 0;
      for await (const part of createReadStream(file).pipe(createGzip())) bytes += (part as Buffer).length;
      rmSync(file);
      await printed(["rm", container]);
      return bytes;
    },
    remove: () => {
      spawnSync(requireProgram("podman"), [...global, "system", "reset", "--force"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of the public images that the Dockerfile names. */
const DEBIAN = "bookworm";
const NODE_MAJOR = 24;

/**
 * Makes what stands for the public images of Node: Debian by debootstrap, with that Node and the npm of this machine. Its file is
 * kept for the next run.
 * @returns the name of the image
 */
export async function makeBaseImage({ folder, run }: Containers): Promise<string> {
  const node = installNode(NODE_MAJOR);
  const file = join(CACHE, `base-${DEBIAN}-node${NODE_MAJOR}.tar`);
  if (!existsSync(file)) {
    const root = join(folder, "base");
    makeRoot(root, node);
    must("tar", ["--create", `--file=${file}.new`, `--directory=${root}`, "."]);
    rmSync(root, { recursive: true });
    renameSync(`${file}.new`, file);
  }
  const name = "localhost/callboard-base";
  const path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  await run(["import", "--quiet", `--change=${path}`, file, name]);
  return name;
}

function makeRoot(root: string, node: string): void {
  const packages = "--include=ca-certificates,libstdc++6,libatomic1";
  must(requireProgram("debootstrap"), ["--variant=minbase", packages, DEBIAN, root]);
  // What the public images leave out.
  for (const path of ["var/cache/apt", "usr/share/doc", "usr/share/man", "usr/share/locale"])
    rmSync(join(root, path), { recursive: true, force: true });
  const at = (path: string) => join(root, "usr/local", path);
  cpSync(node, at("bin/node"));
  cpSync(join(must("npm", ["root", "--global"]).trim(), "npm"), at("lib/node_modules/npm"), {
    recursive: true,
  });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", at("bin/npm"));
  // How this machine reaches the registries: its authorities, and npm's settings for them.
  cpSync("/etc/ssl/certs/ca-certificates.crt", join(root, "etc/ssl/certs/ca-certificates.crt"));
  const settings = must("npm", ["config", "get", "globalconfig"]).trim();
  if (!existsSync(settings)) return;
  mkdirSync(dirname(at("etc/npmrc")), { recursive: true });
  cpSync(settings, at("etc/npmrc"));
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
