/** The first schema. Times are epoch milliseconds; booleans are 0 and 1; JSON is text, never JSONB, which reorders and drops. */
import type { Dialect } from "../dialect.ts";

export const first = {
  name: "0001-first",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text, bytes }, clustered }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_setting (name ${text} PRIMARY KEY, value ${text} NOT NULL)`,
    `CREATE TABLE callboard_counter (name ${text} PRIMARY KEY, value ${big} NOT NULL)`,
    `CREATE TABLE callboard_signing_key (
      kid ${text} PRIMARY KEY, private_sealed ${bytes} NOT NULL, public_pem ${text} NOT NULL,
      created_at ${big} NOT NULL, retired_at ${big})`,
    `CREATE TABLE callboard_api_token (
      id ${text} PRIMARY KEY, hash ${text} NOT NULL UNIQUE, name ${text} NOT NULL, scopes ${text} NOT NULL,
      site_key ${text}, created_at ${big} NOT NULL, last_used_at ${big}, revoked_at ${big})`,
    `CREATE TABLE callboard_session (
      hash ${text} PRIMARY KEY, token_id ${text} NOT NULL, csrf ${text} NOT NULL,
      created_at ${big} NOT NULL, last_seen_at ${big} NOT NULL)`,
    `CREATE TABLE callboard_login_link (hash ${text} PRIMARY KEY, token_id ${text} NOT NULL, expires_at ${big} NOT NULL)`,
    `CREATE TABLE callboard_audit (
      id ${text} PRIMARY KEY, at ${big} NOT NULL, actor ${text} NOT NULL, action ${text} NOT NULL,
      object ${text} NOT NULL, detail ${text} NOT NULL, address ${text} NOT NULL)`,

    `CREATE TABLE callboard_site (
      no ${int} PRIMARY KEY, key ${text} NOT NULL UNIQUE, product ${text} NOT NULL, name ${text} NOT NULL,
      base_url ${text}, client_key ${text} NOT NULL UNIQUE, retry_profile ${text}, install_signing ${text} NOT NULL,
      options ${text} NOT NULL, version ${big} NOT NULL, created_at ${big} NOT NULL)`,
    `CREATE TABLE callboard_installation (
      site_no ${int} NOT NULL, addon_key ${text} NOT NULL, descriptor ${text} NOT NULL, descriptor_url ${text},
      base_url ${text} NOT NULL, authentication ${text} NOT NULL, state ${text} NOT NULL,
      secret_sealed ${bytes}, previous_secret_sealed ${bytes}, previous_secret_until ${big},
      installed_at ${big} NOT NULL, updated_at ${big} NOT NULL, disabled_at ${big},
      PRIMARY KEY (site_no, addon_key))`,
    `CREATE TABLE callboard_pending_install (
      site_no ${int} NOT NULL, addon_key ${text} NOT NULL, descriptor ${text} NOT NULL, base_url ${text} NOT NULL,
      secret_sealed ${bytes}, started_at ${big} NOT NULL, PRIMARY KEY (site_no, addon_key))`,
    `CREATE TABLE callboard_upm_install (
      id ${text} PRIMARY KEY, site_key ${text} NOT NULL, started_at ${big} NOT NULL, addon_key ${text}, failure ${text})`,
    `CREATE TABLE callboard_lifecycle_call (
      site_no ${int} NOT NULL, id ${text} NOT NULL, addon_key ${text} NOT NULL, event ${text} NOT NULL, url ${text} NOT NULL,
      signing ${text} NOT NULL, claims ${text}, outcome ${text} NOT NULL, status ${int}, detail ${text} NOT NULL,
      answer ${bytes}, duration_ms ${int} NOT NULL, PRIMARY KEY (site_no, id))`,
    `CREATE INDEX callboard_lifecycle_addon ON callboard_lifecycle_call (site_no, addon_key, id)`,
    `CREATE TABLE callboard_addon_property (
      site_no ${int} NOT NULL, addon_key ${text} NOT NULL, name ${text} NOT NULL, value ${text} NOT NULL,
      PRIMARY KEY (site_no, addon_key, name))`,
    `CREATE TABLE callboard_webhook (
      site_no ${int} NOT NULL, no ${int} NOT NULL, name ${text} NOT NULL, url ${text} NOT NULL, format ${text} NOT NULL,
      project ${text}, events ${text}, filter ${text}, exclude_body ${int} NOT NULL, description ${text} NOT NULL,
      secret_sealed ${bytes}, previous_secret_sealed ${bytes}, previous_secret_until ${big},
      signature ${text} NOT NULL, retry_profile ${text}, active ${int} NOT NULL, inactive_because ${text},
      created_at ${big} NOT NULL, updated_at ${big} NOT NULL, created_by ${text} NOT NULL, updated_by ${text} NOT NULL,
      removed_at ${big}, PRIMARY KEY (site_no, no))`,
    `CREATE TABLE callboard_endpoint (
      site_no ${int} NOT NULL, no ${int} NOT NULL, addon_key ${text}, webhook_no ${int}, origin ${text} NOT NULL,
      failures ${int} NOT NULL, open_until ${big}, opened ${int} NOT NULL, paused_at ${big}, failing_since ${big},
      failed_deliveries ${int} NOT NULL, created_at ${big} NOT NULL, PRIMARY KEY (site_no, no))`,
    `CREATE INDEX callboard_endpoint_addon ON callboard_endpoint (site_no, addon_key)`,
    `CREATE INDEX callboard_endpoint_webhook ON callboard_endpoint (site_no, webhook_no)`,
    `CREATE TABLE callboard_subscription (
      site_no ${int} NOT NULL, no ${int} NOT NULL, source ${text} NOT NULL, addon_key ${text}, webhook_no ${int},
      event ${text}, url ${text} NOT NULL, params ${text} NOT NULL, filter ${text}, property_keys ${text},
      exclude_body ${int} NOT NULL, endpoint_no ${int} NOT NULL, active ${int} NOT NULL, inactive_because ${text},
      position ${int} NOT NULL, dynamic ${text}, expires_at ${big}, created_at ${big} NOT NULL, removed_at ${big},
      PRIMARY KEY (site_no, no))`,
    `CREATE INDEX callboard_subscription_addon ON callboard_subscription (site_no, addon_key)`,

    `CREATE TABLE callboard_event (
      site_no ${int} NOT NULL, id ${text} NOT NULL, client_id ${text}, digest ${text}, name ${text} NOT NULL,
      project ${text}, actor ${text}, lane ${int} NOT NULL, about_addon ${text}, notes ${text}, trace ${text},
      body ${text}, body_size ${int} NOT NULL, PRIMARY KEY (site_no, id))`,
    `CREATE UNIQUE INDEX callboard_event_client ON callboard_event (site_no, client_id) WHERE client_id IS NOT NULL`,
    `CREATE INDEX callboard_event_name ON callboard_event (name, site_no, id)`,
    `CREATE TABLE callboard_delivery (
      site_no ${int} NOT NULL, id ${text} NOT NULL, endpoint_no ${int} NOT NULL, subscription_no ${int} NOT NULL,
      matched ${text}, lane ${int} NOT NULL, state ${int} NOT NULL, due_at ${big} NOT NULL, attempts ${int} NOT NULL,
      schedule_from ${int} NOT NULL, redelivery ${int} NOT NULL, test ${int} NOT NULL, because ${text},
      lease_id ${text}, lease_until ${big}, last_status ${int}, last_outcome ${text}, last_ms ${int}, settled_at ${big},
      PRIMARY KEY (site_no, id))${clustered}`,
    `CREATE INDEX callboard_delivery_due ON callboard_delivery (site_no, endpoint_no, lane, due_at) WHERE state = 0`,
    `CREATE INDEX callboard_delivery_lease ON callboard_delivery (lease_until) WHERE state = 1`,
    `CREATE INDEX callboard_delivery_failed ON callboard_delivery (site_no, id, endpoint_no) WHERE state = 3`,
    `CREATE INDEX callboard_delivery_test ON callboard_delivery (site_no, id) WHERE test = 1`,
    `CREATE INDEX callboard_delivery_endpoint ON callboard_delivery (endpoint_no, site_no, id)`,
    `CREATE TABLE callboard_attempt (
      site_no ${int} NOT NULL, delivery_id ${text} NOT NULL, number ${int} NOT NULL, started_at ${big} NOT NULL,
      duration_ms ${int} NOT NULL, outcome ${text} NOT NULL, status ${int}, detail ${text}, url ${text} NOT NULL,
      request_headers ${text} NOT NULL, claims ${text}, body_size ${int} NOT NULL, answer_headers ${text}, answer ${bytes},
      answer_cut ${int} NOT NULL, PRIMARY KEY (site_no, delivery_id, number))`,
    `CREATE TABLE callboard_minute (
      site_no ${int} NOT NULL, minute ${int} NOT NULL, endpoint_no ${int} NOT NULL, outcome ${text} NOT NULL,
      count ${int} NOT NULL, ms_total ${big} NOT NULL, within_50 ${int} NOT NULL, within_200 ${int} NOT NULL,
      within_1000 ${int} NOT NULL, within_5000 ${int} NOT NULL, PRIMARY KEY (site_no, minute, endpoint_no, outcome))${clustered}`,
  ],
};
