/** The table through which programs publish without Callboard in them: in their own database, filled in their own transactions. Pure. */

/**
 * Statements that create the table, its index and its trigger in the current schema. `callboard outbox ddl` prints them, and
 * docs/outbox.md has them.
 */
export const OUTBOX_DDL = `CREATE TABLE callboard_outbox (
  -- order in which rows are read
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- ID of the event: the same ID with the same contents is one event
  id text NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  site text NOT NULL,
  event text NOT NULL,
  -- forwarded as it is: json keeps the text, jsonb would not
  payload json NOT NULL,
  project text,
  "user" text,
  -- primary or secondary
  flow text,
  -- expiresAt, retry and deliverAfter, such as {"retry": false}
  terms json,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- set by Callboard in rows that it can't accept; NULL makes it try again
  refused_at timestamptz,
  refused_code text,
  refused_detail text
);

CREATE INDEX callboard_outbox_waiting ON callboard_outbox (no) WHERE refused_at IS NULL;

CREATE FUNCTION callboard_outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY callboard_outbox;
  RETURN NULL;
END
$$;

CREATE TRIGGER callboard_outbox_notify AFTER INSERT OR UPDATE OF refused_at ON callboard_outbox
  FOR EACH STATEMENT EXECUTE FUNCTION callboard_outbox_notify();
`;
