/** nginx as the README has it: TLS ends here, once at the root of a name, and below a path that it removes or passes on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { waitFor } from "../support/wait-for.ts";
import { certificateFor } from "./certificates.ts";
import { HOSTS } from "./names.ts";
import type { HostName } from "./names.ts";
import { WORLD_DIR } from "./places.ts";
import { startProgram } from "./program.ts";
import type { Program } from "./program.ts";

const FORWARDED = `
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      client_max_body_size 25m;`;

function serverAt(name: HostName, location: string, upstream: string): string {
  const { certFile, keyFile } = certificateFor(name);
  return `
  server {
    listen ${HOSTS[name]}:443 ssl;
    server_name ${name};
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    location ${location} {
      proxy_pass ${upstream};${FORWARDED}
    }
  }`;
}

export async function startNginx(): Promise<Program["stop"]> {
  const folder = join(WORLD_DIR, "nginx");
  mkdirSync(folder);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind};`)
    .join("\n");
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
${temporary}
  access_log ${folder}/access.log;
${serverAt("callboard.acme.example", "/", "http://127.0.0.1:2990")}
${serverAt("tools.acme.example", "/callboard/", "http://127.0.0.1:2990/")}
${serverAt("forge.acme.example", "/callboard/", "http://127.0.0.1:2990")}
}
`,
  );
  const nginx = startProgram("nginx", ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]);
  await waitFor(async () => {
    nginx.requireRunning();
    await new Promise<void>((resolve, reject) => {
      const host = HOSTS["callboard.acme.example"];
      const socket = connect({ host, port: 443, rejectUnauthorized: false }, () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", reject);
    });
  });
  return nginx.stop;
}
