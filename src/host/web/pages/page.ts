/** The form of one entry of the table of pages, and what a page may answer. */
import type { Author } from "../../store/tables/audit.ts";
import type { Scope } from "../../store/tables/tokens.ts";
import type { Caller, Subject } from "../http/access.ts";
import type { Rooms } from "../rooms.ts";
import type { NoticeName } from "./notices.ts";
import type { Section } from "./sections.ts";

/** One request for a page, let in and read. */
export interface Visit {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Fields of the form. Empty for a GET. */
  readonly form: URLSearchParams;
  /** Of a page with a {@link Page.fileField}, if a file was chosen. */
  readonly file?: Buffer | undefined;
  /** Path and query, for links to this very page. */
  readonly url: string;
  readonly caller: Caller;
  readonly author: Author;
  /** The response has ended or the browser went away. */
  readonly signal: AbortSignal;
}

/** A page on the way to another one. */
export interface Crumb {
  readonly text: string;
  readonly path: string;
}

export interface ViewAnswer {
  readonly kind: "view";
  /** Name of the template below views/host. */
  readonly view: string;
  readonly title: string;
  readonly section: Section | "elsewhere";
  /** Pages between the section, or its site, and this page. None by default. */
  readonly parents?: readonly Crumb[];
  readonly data: Readonly<Record<string, unknown>>;
  /** 200 when left out. */
  readonly status?: number;
  /** The page follows what happens. */
  readonly live?: boolean;
}

export type PageAnswer =
  | ViewAnswer
  /** Post, redirect, get. `notice` names what was done; the next page says it. */
  | { readonly kind: "redirect"; readonly to: string; readonly notice?: NoticeName }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly contentType: string;
      readonly body: string | Buffer | AsyncIterable<string>;
    };

/** A page about the whole host. */
export const ofHost = (page: Page): Page => ({ ...page, reach: "host" });

/** Test deliveries of one person from all pages, per minute. */
export const TESTS_PER_MINUTE = 60;

export interface Page {
  readonly method: "get" | "post";
  /** Path with parameters, as in Express. */
  readonly path: string;
  readonly scope: Scope;
  /** `host`: not for a token of one site. Left out, the page shows and changes only what the token reaches. */
  readonly reach?: "host";
  /** What it is about, for the session of a portal. Left out, portals don't have it. */
  readonly subject?: Subject;
  /** Name of the field of its form that is a file; the form is then sent as multipart/form-data. */
  readonly fileField?: string;
  /** Maximum number of requests of a session per minute. Unlimited by default. */
  readonly perMinute?: number;
  readonly answer: (visit: Visit, rooms: Rooms) => Promise<PageAnswer>;
}
