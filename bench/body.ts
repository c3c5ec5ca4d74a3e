/** The payload of every measurement: a Jira-like issue update of 1.5 KB, with a mark by which a receiver tells it. */

const SIZE = 1_500;

/** JSON text of exactly 1,500 bytes before the host adds its own fields. */
export function payload(mark: number, issueId = "10042"): string {
  const start = `{"mark":${mark},"timestamp":1731403800123,"webhookEvent":"jira:issue_updated","issue":{"id":"${issueId}","key":"PIER-417","fields":{"summary":"Crane 4 stops at zero wind","description":"`;
  const end = `","project":{"id":"10040","key":"PIER","name":"Pier works"},"status":{"name":"In progress"}}},"user":{"accountId":"712020:aa10c2f4"}}`;
  return start + "Wind sensor reads zero. ".repeat(80).slice(0, SIZE - start.length - end.length) + end;
}
