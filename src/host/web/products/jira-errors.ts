/** How Jira's and Confluence's REST APIs tell what was wrong. */
import type { ErrorBody } from "./product-router.ts";

/** Jira's error collection, and our code beside it. */
export const jiraErrorBody: ErrorBody = ({ code, message, errors, extra }) => ({
  errorMessages: errors.length > 1 ? errors.map(({ pointer, detail }) => `${pointer} ${detail}`) : [message],
  errors: {},
  code,
  ...extra,
});

/** The form of the resources below rest/atlassian-connect. */
export const connectErrorBody: ErrorBody = ({ code, message, extra }, status) => ({
  message,
  "status-code": status,
  code,
  ...extra,
});
