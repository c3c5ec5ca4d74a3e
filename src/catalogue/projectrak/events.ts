/**
 * Projectrak has one event: the values of project fields were changed. The whole message is wrapped in `data`.
 */

import { eventTable, field, optional, SAMPLE_AT } from "../event-type.ts";
import { OSCAR } from "../sample-people.ts";

export const EVENTS = eventTable({
  updated: {
    group: "project-fields",
    description: "One or more field values of a project were changed",
    confidence: "documentation",
    note: "How an empty value is written is not documented; null is assumed",
    variables: ["data.project.id", "data.project.key"],
    fields: [
      field("data", "object"),
      field("data.event", "string", "the event name"),
      field("data.user", "string", "account id of the person who made the change"),
      field("data.timestamp", "integer", "epoch milliseconds"),
      field("data.project", "object"),
      field("data.project.id", "integer"),
      field("data.project.key", "string"),
      field("data.project.name", "string"),
      field("data.fields", "array", "one entry per changed field"),
      field("data.fields[].id", "integer"),
      field("data.fields[].name", "string"),
      field("data.fields[].type", "string", "number, status, text and others"),
      field("data.fields[].value", "object"),
      ...optional(
        field("data.fields[].value.current", "any", "a number is text with dots between the thousands"),
        field("data.fields[].value.previous", "any"),
      ),
    ],
    sample: {
      data: {
        event: "updated",
        user: OSCAR.accountId,
        timestamp: SAMPLE_AT,
        project: { id: 10040, key: "PIER", name: "Pier works" },
        fields: [
          { id: 20311, name: "Budget", type: "number", value: { current: "18.500", previous: "20.000" } },
          {
            id: 20344,
            name: "Phase",
            type: "status",
            value: { current: "Delayed", previous: "On schedule" },
          },
          {
            id: 20350,
            name: "Sponsor",
            type: "text",
            value: { current: "Harbour board", previous: null },
          },
        ],
      },
    },
  },
});
