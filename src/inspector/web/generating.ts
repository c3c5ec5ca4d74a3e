/** The pages that make a host send events, and that put the Inspector on its sites. */
import express from "express";
import type { Router } from "express";
import { getMessage } from "../../errors.ts";
import { eventNames, listEventChoices } from "../generate.ts";
import type { Generated } from "../generate.ts";
import type { HostApi, HostSite } from "../host-api.ts";
import type { Installed } from "../install.ts";
import type { HostProducts } from "../products.ts";
import { linkTo } from "./detail.ts";
import { getFormFields, getQueryFields } from "./fields.ts";
import type { Pages } from "./page.ts";
import type { Badge } from "./present.ts";
import { toBadge } from "./present.ts";
import type { Runs } from "./runs.ts";

export interface Host {
  readonly products: HostProducts;
  readonly url: string;
  readonly api: HostApi;
  readonly install: () => Promise<readonly Installed[]>;
}

const RESULTS_PER_PAGE = 100;

/** The place of the first result on a page; 0 for anything that is none. */
function readFrom(text: string, total: number): number {
  const from = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return from < total ? from : 0;
}

export function createGeneratingPages(pages: Pages, runs: Runs, host: Host): Router {
  const router = express.Router();
  const readForm = express.urlencoded({ extended: false, limit: "10kb" });

  router.get("/generate", async (request, response) => {
    const { sites, problem } = await loadSites(host);
    const search = getQueryFields(request)("q").trim();
    const shown = sites.map((site) => ({
      ...site,
      ...listEventChoices(site.product, search, host.products.catalogue),
    }));
    pages.send(response, "generate", {
      title: "Generate",
      problem,
      hostUrl: host.url,
      search,
      isSearched: search !== "" || shown.some(({ events, total }) => events.length < total),
      sites: shown,
    });
  });

  router.post("/generate", readForm, async (request, response) => {
    const form = getFormFields(request);
    const { sites, problem } = await loadSites(host);
    if (problem !== undefined) {
      // That page asks the host again, and says what is wrong.
      response.redirect(303, "/generate");
      return;
    }
    const events = sites
      .filter(({ key }) => form("site") === "" || key === form("site"))
      .flatMap((site) => eventNames(site.product, host.products.catalogue).map((event) => ({ site, event })))
      .filter(({ event }) => form("event") === "" || event === form("event"));
    response.redirect(303, `/generate/${runs.start(events).id}`);
  });

  router.get("/generate/:run", (request, response) => {
    const run = runs.find(Number(request.params["run"]));
    if (run === undefined) {
      pages.sendMissing(response);
      return;
    }
    const { results, ...counts } = run;
    const from = readFrom(getQueryFields(request)("from"), results.length);
    const href = (to: number) => `/generate/${run.id}${to === 0 ? "" : `?from=${to}`}`;
    pages.send(response, "run", {
      title: "Generated",
      live: "/stream",
      ...counts,
      total: results.length,
      from,
      results: results.slice(from, from + RESULTS_PER_PAGE).map(resultRow),
      previous: from === 0 ? undefined : href(Math.max(0, from - RESULTS_PER_PAGE)),
      next: from + RESULTS_PER_PAGE < results.length ? href(from + RESULTS_PER_PAGE) : undefined,
    });
  });

  router.post("/install", async (_request, response) => {
    try {
      pages.send(response, "installed", {
        title: "Installed",
        results: await host.install(),
      });
    } catch (error) {
      pages.send(response, "installed", {
        title: "Installed",
        results: [],
        problem: getMessage(error),
      });
    }
  });

  return router;
}

interface Sites {
  readonly sites: readonly HostSite[];
  readonly problem: string | undefined;
}

async function loadSites(host: Host): Promise<Sites> {
  try {
    return { sites: await host.api.sites(), problem: undefined };
  } catch (error) {
    return { sites: [], problem: getMessage(error) };
  }
}

interface ResultRow {
  readonly site: string;
  readonly event: string;
  readonly badge: Badge;
  /** Why it did not come back, or what did not verify. */
  readonly detail: string;
  readonly href: string | undefined;
  readonly time: string;
}

function resultRow({ site, event, outcome }: Generated): ResultRow {
  const row = { site: site.key, event, detail: "", href: undefined, time: "" };
  switch (outcome.kind) {
    case "waiting":
      return { ...row, badge: { tone: "quiet", symbol: "…", text: "waiting" } };
    case "not sent":
      return { ...row, badge: { tone: "bad", symbol: "✕", text: "not sent" }, detail: outcome.because };
    case "not received":
      return {
        ...row,
        badge: { tone: "bad", symbol: "✕", text: "not received" },
        detail: `Delivery ${outcome.deliveryId} did not arrive`,
      };
    case "received": {
      const { capture, afterMs } = outcome;
      const { verification } = capture;
      return {
        ...row,
        badge: toBadge(capture),
        detail: verification.state === "bad" ? verification.reason : "",
        href: linkTo("", capture.id, "body"),
        time: `${afterMs} ms`,
      };
    }
  }
}
