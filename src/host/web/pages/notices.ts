/** Notices about the last action, for the next page. A URL can select only these sentences. */
export const NOTICES = {
  "logged-out": "You are logged out.",
  "delivery-redelivered": "The delivery is due again.",
  "delivery-cancelled": "The delivery was cancelled.",
  "deliveries-redelivered": "The deliveries are due again; they go out in the secondary lane.",
  "deliveries-cancelled": "Deliveries canceled.",
  "replay-started": "The replay was started.",
  "replay-cancelled": "The replay was canceled.",
  "token-revoked": "The token was revoked.",
  "key-rotated": "A new signing key is in use. The old one is served for another 3.5 minutes.",
  "key-withdrawn": "The signing key was withdrawn: its public half is no longer served.",
  "settings-saved": "The settings were saved.",
  "site-created": "The site was created.",
  "site-saved": "The site was saved.",
  "site-removed": "The site was removed.",
  "product-created": "Product created.",
  "product-saved": "Product saved.",
  "product-deleted": "Product deleted.",
  "catalogue-published": "Catalogue published. Everyone who reaches this server can read it.",
  "catalogue-unpublished": "Catalogue unpublished.",
  "addon-installed": "The add-on is installed.",
  "addon-upgraded": "The add-on was upgraded.",
  "addon-enabled": "The add-on is enabled.",
  "addon-disabled": "The add-on is disabled; what is due for it waits up to 24 hours.",
  "addon-uninstalled": "The add-on was uninstalled and its secret destroyed.",
  "directory-added": "The add-on was added to the directory. Every site can install it.",
  "directory-saved": "The changes were saved.",
  "directory-removed": "The add-on was removed from the directory.",
  "directory-refreshed": "The descriptor was read.",
  "directory-due": "The descriptors are being read. Load this page again in a minute to see the results.",
  "endpoint-tried": "The delivery that has waited longest is being sent. Its new attempt appears here.",
  "endpoint-saved": "Settings saved. They also apply to waiting deliveries.",
  "receiver-resumed": "Resumed. Waiting deliveries are sent.",
  "secret-rotated": "The add-on took a new secret.",
  "webhook-added": "The webhook was added.",
  "webhook-saved": "The webhook was saved.",
  "webhook-deleted": "The webhook was deleted. Its past deliveries are kept.",
  "event-sent": "The event was accepted.",
} as const;

export type NoticeName = keyof typeof NOTICES;

export function noticeText(name: string | null): string | undefined {
  return name !== null && Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : undefined;
}
