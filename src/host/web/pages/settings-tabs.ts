/** The frame of the settings pages: one tab for each. */
import type { CallboardError } from "../../../errors.ts";
import type { ViewAnswer } from "./page.ts";

export const SETTINGS_PATH = "/admin/settings";
export const PRODUCTS_PATH = `${SETTINGS_PATH}/products`;
const TABS = [
  ["Sites", SETTINGS_PATH],
  ["Products", PRODUCTS_PATH],
  ["Deliveries", `${SETTINGS_PATH}/deliveries`],
  ["Limits", `${SETTINGS_PATH}/limits`],
  ["Portals", `${SETTINGS_PATH}/portals`],
  ["API tokens", `${SETTINGS_PATH}/tokens`],
  ["Signing keys", `${SETTINGS_PATH}/keys`],
] as const;

/** @param href the tab that the page belongs to */
export function settingsView(
  view: string,
  href: string,
  data: Readonly<Record<string, unknown>>,
  refusal?: CallboardError,
): ViewAnswer {
  return {
    kind: "view",
    view,
    title: href === SETTINGS_PATH ? "Settings" : (TABS.find(([, to]) => to === href)?.[0] ?? "Settings"),
    section: "settings",
    status: refusal?.status ?? 200,
    data: { ...data, refusal, tabs: TABS.map(([text, to]) => ({ text, href: to, current: to === href })) },
  };
}
