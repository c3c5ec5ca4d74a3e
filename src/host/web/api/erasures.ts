/** Erasing a text from events, attempts, lifecycle calls and the audit log, step by step. */
import { defined } from "../../../defined.ts";
import { toAuthor } from "../present/values.ts";
import { ERASURE_STEP, NEW_ERASURE } from "../schema/erasure.ts";
import { route } from "./route.ts";

export const erasureRoutes = [
  route({
    id: "erase",
    method: "POST",
    path: "/erasures",
    scope: "admin",
    group: "Host",
    summary:
      "Find a text in what was sent and recorded, and erase it with confirm; repeat with cursor until it is null",
    body: NEW_ERASURE,
    example: { subject: "zoe@example.com", confirm: false },
    // A step that is repeated finds nothing more.
    idempotencyKey: "nothing",
    success: { status: 200, description: "What this step found", schema: ERASURE_STEP },
    handle: async (call, { erasures }) => {
      const { subject, confirm = false, cursor } = call.body;
      const step = await erasures.step({ subject, confirm, ...defined({ cursor }) }, toAuthor(call));
      return { ...step, cursor: step.cursor ?? null };
    },
  }),
];
