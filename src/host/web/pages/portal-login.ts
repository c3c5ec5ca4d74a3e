/** The pages before the login to a portal. They have the portal's look, and can be in a frame. */
import type { Request, Response } from "express";
import type { Sender } from "./sender.ts";

/** Asks before a link logs in. */
export const sendPortalEntry = (
  sender: Pick<Sender, "sendView">,
  request: Request,
  response: Response,
): Promise<void> =>
  sender.sendView(request, response, undefined, {
    kind: "view",
    view: "portal-enter",
    title: "Log in",
    isOfPortal: true,
    data: { action: request.originalUrl },
  });

/** A frame can't have the login page: whoever shows the frame has to load it with a new link. */
export const sendPortalEnd = (
  sender: Pick<Sender, "sendView">,
  request: Request,
  response: Response,
): Promise<void> =>
  sender.sendView(request, response, undefined, {
    kind: "view",
    view: "portal-ended",
    title: "Session ended",
    status: 401,
    isOfPortal: true,
    data: {},
  });
