/** The stylesheet, the script and the sign: read once, compressed once, kept by browsers until their version changes. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Request, RequestHandler, Response } from "express";
import { CallboardError } from "../../../errors.ts";
import { VIEWS } from "./render.ts";

const TYPES: Readonly<Record<string, string>> = {
  "callboard.css": "text/css; charset=utf-8",
  "callboard.js": "text/javascript; charset=utf-8",
  "callboard.svg": "image/svg+xml",
};

export interface CompressedFile {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

export const compress = (plain: Buffer): CompressedFile => ({
  plain,
  gzipped: gzipSync(plain, { level: 9 }),
});

/** Sends the form that the client accepts. Its type and caching are set before. */
export function sendCompressed(request: Request, response: Response, file: CompressedFile): void {
  response.vary("accept-encoding");
  if (request.acceptsEncodings("gzip") === "gzip") {
    response.setHeader("content-encoding", "gzip");
    response.end(file.gzipped);
  } else response.end(file.plain);
}

export interface Assets {
  /** Changes with any of the files; part of their addresses. */
  readonly version: string;
  /** Answers `/:file`. */
  readonly serve: RequestHandler;
}

export function readAssets(): Assets {
  const files = new Map(
    Object.entries(TYPES).map(([name, type]) => {
      const plain = readFileSync(join(VIEWS, "assets", name));
      return [name, { type, ...compress(plain) }];
    }),
  );
  const hash = createHash("sha256");
  for (const { plain } of files.values()) hash.update(plain);
  return {
    version: hash.digest("hex").slice(0, 12),
    serve: (request, response) => {
      const file = files.get(String(request.params["file"]));
      if (file === undefined) throw new CallboardError("NOT_FOUND", `There is nothing at ${request.path}`);
      response.setHeader("content-type", file.type);
      response.setHeader("cache-control", "public, max-age=31536000, immutable");
      sendCompressed(request, response, file);
    },
  };
}
