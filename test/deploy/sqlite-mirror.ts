/** A mirror of the builds of SQLite with one in it, that of this clone, since building one takes minutes. */
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ROOT, readFromRoot } from "./programs.ts";

interface Mirror {
  readonly url: string;
  readonly stop: () => void;
}

export async function startSqliteMirror(): Promise<Mirror> {
  const { version } = JSON.parse(readFromRoot("node_modules/sqlite3/package.json")) as {
    readonly version: string;
  };
  const { stdout: tarball } = spawnSync(
    "tar",
    ["--create", "--gzip", "--directory", `${ROOT}/node_modules/sqlite3`, "build/Release/node_sqlite3.node"],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  // The addresses of its releases on GitHub.
  const path = new RegExp(`^/v${version}/sqlite3-v${version}-napi-v\\d-linux-(?:x64|arm64)\\.tar\\.gz$`);
  const server = createServer(({ url = "" }, response) => {
    if (path.test(url)) response.end(tarball);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => void server.close(),
  };
}
