/** Backups of a server on SQLite: made while it runs, downloaded as one file, and deleted. */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Backup } from "../../care/backups.ts";
import { toAuthor } from "../present/values.ts";
import { BACKUP, BACKUP_FILE } from "../schema/backup.ts";
import { route, streamRoute } from "./route.ts";
import type { Call } from "./route.ts";

const GROUP = "Backups";

function presentBackup({ id, state }: Backup) {
  return {
    id,
    state: state.kind,
    share: state.kind === "running" ? state.share : 1,
    contents: state.kind === "ready" ? state.facts : null,
    failure: state.kind === "failed" ? { code: state.code, detail: state.detail } : null,
  };
}

const id = ({ params }: Pick<Call, "params">) => params["id"] ?? "";

export const backupRoutes = [
  route({
    id: "createBackup",
    method: "POST",
    path: "/backups",
    scope: "admin",
    group: GROUP,
    summary: "Start a backup of the SQLite file, which is kept for 10 minutes once it is ready",
    success: { status: 201, description: "The backup, which runs", schema: BACKUP },
    errors: ["BACKUP_STATE", "BACKUP_UNSUPPORTED", "DISK_FULL"],
    handle: async (call, { backups }) => presentBackup(await backups.create(toAuthor(call))),
  }),
  route({
    id: "showBackup",
    method: "GET",
    path: "/backups/{id}",
    scope: "admin",
    group: GROUP,
    summary: "Show the progress of a backup",
    success: { status: 200, description: "The backup", schema: BACKUP },
    errors: ["BACKUP_NOT_FOUND"],
    handle: (call, { backups }) => Promise.resolve(presentBackup(backups.show(id(call)))),
  }),
  streamRoute({
    id: "downloadBackup",
    method: "GET",
    path: "/backups/{id}/file",
    scope: "admin",
    group: GROUP,
    summary: "Download the file of a backup that is ready",
    success: {
      status: 200,
      description: "A SQLite database",
      schema: BACKUP_FILE,
      contentType: "application/octet-stream",
    },
    errors: ["BACKUP_NOT_FOUND", "BACKUP_STATE"],
    check: (call, { backups }) => {
      backups.download(id(call)).ended();
      return Promise.resolve();
    },
    begin: async (call, { backups }, response) => {
      const { path, bytes, ended } = backups.download(id(call));
      response.writeHead(200, {
        "content-type": "application/octet-stream",
        "content-length": bytes,
        "cache-control": "no-store",
      });
      // A client that goes away ends the download, and can begin another.
      await pipeline(createReadStream(path), response).catch(() => response.destroy());
      ended();
    },
  }),
  route({
    id: "deleteBackup",
    method: "DELETE",
    path: "/backups/{id}",
    scope: "admin",
    group: GROUP,
    summary: "Delete a backup, or cancel a running one",
    success: { status: 204, description: "It is deleted" },
    errors: ["BACKUP_NOT_FOUND"],
    handle: async (call, { backups }) => backups.remove(id(call)),
  }),
];
