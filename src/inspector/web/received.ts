/** The page of what was received, the actions on one capture, and the comparison of two. */
import express from "express";
import type { Request, Response, Router } from "express";
import type { Capture } from "../capture.ts";
import { maskedBody, readJson, shownBody } from "../capture.ts";
import { readFilter } from "../filter.ts";
import { MAX_DIFFERENCES, compareJson } from "./compare.ts";
import { presentDetail, linkTo, toTab } from "./detail.ts";
import type { DetailOptions } from "./detail.ts";
import { getFormFields, getQueryFields } from "./fields.ts";
import type { Pages } from "./page.ts";
import { formatFixture, toRow } from "./present.ts";

/** A page lists this many; the rest is found with the filter. */
const MAX_ROWS = 500;

export function createReceivedPages(pages: Pages, options: DetailOptions): Router {
  const { inbox, baseUrl } = options;
  const router = express.Router();
  const readForm = express.urlencoded({ extended: false, limit: "10kb" });

  /** Calls `handle` with the capture of the address, or says that there is none. */
  const withCapture =
    (handle: (capture: Capture, request: Request, response: Response) => void) =>
    (request: Request, response: Response) => {
      const capture = inbox.find(Number(request.params["id"]));
      if (capture === undefined) pages.sendMissing(response);
      else handle(capture, request, response);
    };

  router.get("/", async (request, response) => {
    const query = getQueryFields(request);
    const q = query("q");
    const found = inbox.list().filter(readFilter(q)).toReversed();
    const chosen = inbox.find(Number(query("id")));
    const tab = toTab(query("tab"));
    pages.send(response, "received", {
      title: chosen === undefined ? "Received" : chosen.event,
      live: "/stream",
      listHref: q === "" ? "/" : `/?${new URLSearchParams({ q }).toString()}`,
      q,
      found: found.length,
      total: inbox.list().length,
      baseUrl: baseUrl(),
      mostRows: MAX_ROWS,
      rows: found
        .slice(0, MAX_ROWS)
        .map((capture) => ({ ...toRow(capture), href: linkTo(q, capture.id, tab) })),
      detail: chosen === undefined ? undefined : await presentDetail(chosen, query, options),
    });
  });

  router.post(
    "/captures/:id/pin",
    readForm,
    withCapture((capture, request, response) => {
      inbox.pin(capture.id, !capture.pinned);
      const form = getFormFields(request);
      response.redirect(303, linkTo(form("q"), capture.id, toTab(form("tab"))));
    }),
  );

  router.post("/clear", (_request, response) => {
    inbox.clear();
    response.redirect(303, "/");
  });

  router.get(
    "/captures/:id/body",
    withCapture((capture, request, response) => {
      const body = shownBody(capture, getQueryFields(request)("reveal") === "yes");
      response.attachment(`callboard-${capture.id}.body`).type("application/octet-stream").send(body);
    }),
  );

  router.get(
    "/captures/:id/fixture",
    withCapture((capture, _request, response) => {
      const name = capture.event.replace(/[^\w.-]+/g, "-");
      response.attachment(`${name}.json`).type("json").send(formatFixture(capture));
    }),
  );

  router.get("/compare", (request, response) => {
    const query = getQueryFields(request);
    const before = inbox.find(Number(query("a")));
    const after = inbox.find(Number(query("b")));
    if (before === undefined || after === undefined) {
      pages.sendMissing(response);
      return;
    }
    const left = readJson(maskedBody(before));
    const right = readJson(maskedBody(after));
    pages.send(response, "compare", {
      title: "Compare",
      before: side(before),
      after: side(after),
      mostDifferences: MAX_DIFFERENCES,
      differences: left && right && compareJson(left.value, right.value),
    });
  });

  return router;
}

function side(capture: Capture) {
  return { ...toRow(capture), href: linkTo("", capture.id, "body") };
}
