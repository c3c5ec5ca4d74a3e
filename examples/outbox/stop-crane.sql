-- The change of the product and its event are committed together. Callboard publishes the event within moments of the commit.
BEGIN;

UPDATE cranes SET state = 'stopped' WHERE no = 4;

INSERT INTO callboard_outbox (site, event, payload)
VALUES ('quay', 'crane.stopped', '{ "crane": 4 }');

COMMIT;
