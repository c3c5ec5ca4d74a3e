/** What every refusal of the API has in common. */
import { expect } from "vitest";
import type { Reply } from "./host.ts";

/** A problem document with this status and code, one sentence, and nothing of our own insides. */
export function expectProblem(reply: Reply, status: number, code: string): void {
  expect([reply.status, (reply.body as { code?: unknown }).code, reply.text]).toEqual([
    status,
    code,
    expect.any(String),
  ]);
  expect(reply.headers.get("content-type")).toContain("application/problem+json");
  expect(reply.body).toMatchObject({
    status,
    title: expect.any(String) as string,
    detail: expect.stringMatching(/^\S[^]*\S$/) as string,
    errors: expect.any(Array) as unknown[],
    requestId: reply.headers.get("x-request-id"),
  });
  expect(reply.text).not.toMatch(/\\n\s+at |node_modules/);
}
