/**
 * Types for those who write receivers: the event names of each product, and what the bodies are sure to have.
 *
 * They promise no more than the catalogue knows: members that products were seen to leave out are optional, and every
 * object may have members that are not listed.
 */

import type { EVENTS as BACKLOG } from "./backlog/events.ts";
import type { EVENTS as CALLBOARD } from "./callboard/events.ts";
import type { EVENTS as CONFLUENCE } from "./confluence/events.ts";
import type { EVENTS as JIRA } from "./jira/events.ts";
import type { EVENTS as PROJECTRAK } from "./projectrak/events.ts";
import type { EVENTS as TRACKER } from "./tracker/events.ts";

export type JiraEventName = keyof typeof JIRA;
export type ConfluenceEventName = keyof typeof CONFLUENCE;
export type ProjectrakEventName = keyof typeof PROJECTRAK;
export type BacklogEventName = keyof typeof BACKLOG;
export type TrackerEventName = keyof typeof TRACKER;

export type OperationalEventName = keyof typeof CALLBOARD;

export interface EventNames {
  readonly jira: JiraEventName;
  readonly confluence: ConfluenceEventName;
  readonly projectrak: ProjectrakEventName;
  readonly backlog: BacklogEventName;
  readonly tracker: TrackerEventName;
  readonly callboard: OperationalEventName;
}

/** An object of which only some members are known. */
export interface Open {
  readonly [member: string]: unknown;
}

export interface JiraUser extends Open {
  readonly accountId?: string;
  readonly name?: string;
  readonly key?: string;
  readonly displayName?: string;
  readonly active?: boolean;
}

export interface JiraIssue extends Open {
  readonly id: string;
  readonly key: string;
  readonly self?: string;
  /** Absent in property events. */
  readonly fields?: Open & {
    readonly summary?: string;
    readonly project?: Open & { readonly id: string; readonly key: string; readonly name: string };
    readonly issuetype?: Open & { readonly id: string; readonly name: string };
    readonly status?: Open & { readonly id: string; readonly name: string };
    readonly assignee?: JiraUser | null;
    readonly reporter?: JiraUser | null;
  };
}

export interface JiraChange extends Open {
  readonly field: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}

interface JiraBody extends Open {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly webhookEvent: string;
  readonly matchedWebhookIds?: readonly number[];
}

interface JiraIssueBody extends JiraBody {
  readonly issue: JiraIssue;
  readonly user?: JiraUser;
  readonly issue_event_type_name?: string;
  readonly changelog?: Open & { readonly items: readonly JiraChange[] };
}

/** Payload of the host events `connect_addon_enabled` and `connect_addon_disabled`. */
export interface AddonEvent extends Open {
  readonly key: string;
  readonly clientKey: string;
  readonly baseUrl: string;
  readonly productType: string;
}

interface UpgradeBody extends Open {
  readonly baseUrl: string;
  readonly oldVersion: string;
  readonly newVersion: string;
}

type HostPayload<Name> = Name extends "plugins_upgraded" | "server_upgraded"
  ? UpgradeBody
  : Name extends "plugin_enabled"
    ? Open & { readonly key: string }
    : Name extends `connect_addon_${infer Done}`
      ? AddonEvent & { readonly eventType: Done }
      : Name extends `remote_plugin_${string}`
        ? AddonEvent
        : never;

type JiraPayload<Name> = [HostPayload<Name>] extends [never]
  ? Name extends `jira:issue_${string}`
    ? JiraIssueBody & { readonly webhookEvent: Name }
    : Name extends `comment_${string}`
      ? JiraBody & { readonly comment: Open & { readonly id: string }; readonly issue?: JiraIssue }
      : Name extends `worklog_${string}`
        ? JiraBody & { readonly worklog: Open & { readonly id: string; readonly issueId?: string } }
        : Name extends `jira:version_${string}`
          ? JiraBody & { readonly version: Open & { readonly id: string; readonly name: string } }
          : Name extends `user_${string}`
            ? JiraBody & { readonly user: JiraUser }
            : Name extends `sprint_${string}`
              ? JiraBody & { readonly sprint: Open & { readonly id: number; readonly name: string } }
              : Name extends "remote_workflow_post_function" | "jira-webhook-post-function"
                ? Open & { readonly issue: JiraIssue; readonly transition: Open }
                : JiraBody
  : HostPayload<Name>;

export interface ConfluenceContent extends Open {
  readonly id: number | string;
  readonly self?: string;
  readonly spaceKey?: string;
  readonly version?: number;
}

/** Sites of the Connect age name people by user name and key, Cloud by account id. */
interface ConfluenceBody extends Open {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly username?: string;
  readonly userKey?: string;
  readonly userAccountId?: string;
}

type TitledContent = ConfluenceContent & { readonly title: string };

type ConfluencePayload<Name> = [HostPayload<Name>] extends [never]
  ? Name extends `page_${string}` | "blueprint_page_created"
    ? ConfluenceBody & { readonly page: TitledContent }
    : Name extends `blog_${string}`
      ? ConfluenceBody & { readonly blog: TitledContent }
      : Name extends `comment_${string}`
        ? ConfluenceBody & { readonly comment: ConfluenceContent & { readonly parent?: ConfluenceContent } }
        : Name extends `attachment_${string}`
          ? ConfluenceBody & {
              readonly attachedTo: TitledContent;
              readonly attachments: readonly (ConfluenceContent & { readonly fileName?: string })[];
            }
          : Name extends `label_${string}`
            ? ConfluenceBody & { readonly label: Open & { readonly name: string }; readonly labeled?: Open }
            : Name extends `content_${string}` | `app_${string}`
              ? Open
              : ConfluenceBody
  : HostPayload<Name>;

export interface ProjectrakUpdate extends Open {
  readonly data: Open & {
    readonly event: string;
    readonly user: string;
    /** Epoch milliseconds. */
    readonly timestamp: number;
    readonly project: Open & { readonly id: number; readonly key: string; readonly name: string };
    readonly fields: readonly (Open & {
      readonly id: number;
      readonly name: string;
      readonly type: string;
      readonly value: { readonly current?: unknown; readonly previous?: unknown };
    })[];
  };
}

export interface BacklogActivity extends Open {
  readonly id: number;
  readonly project: Open & { readonly id?: number; readonly projectKey?: string };
  /** The number of the activity type. */
  readonly type: number;
  /** Untidy: see the notes of the event in the catalogue. */
  readonly content: Open;
  readonly notifications: readonly unknown[];
  readonly createdUser: Open & { readonly name?: string };
  /** ISO 8601, UTC. */
  readonly created: string;
}

export interface TrackerChange extends Open {
  readonly kind: string;
  readonly change_type: "create" | "update" | "delete";
  readonly original_values?: Open;
  readonly new_values?: Open;
}

export interface TrackerActivity<Name = TrackerEventName> extends Open {
  readonly kind: Name;
  readonly guid: string;
  readonly project_version: number;
  readonly message: string;
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  readonly primary_resources: readonly (Open & { readonly kind?: string; readonly name?: string })[];
  readonly project: Open & { readonly id: number };
  readonly performed_by: Open & { readonly name?: string };
  /** Epoch milliseconds. */
  readonly occurred_at: number;
}

export interface OperationalEvent<Name = OperationalEventName> extends Open {
  readonly event: Name;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Key of the site that it concerns. */
  readonly site: string;
  readonly receiver?: Open & { readonly kind: "addon" | "webhook"; readonly name: string };
  readonly state: string;
  readonly since: string;
  readonly link: string;
}

/** The body of an event: `EventPayload<"jira", "jira:issue_created">`. */
export type EventPayload<P extends keyof EventNames, Name extends EventNames[P]> = P extends "jira"
  ? JiraPayload<Name>
  : P extends "confluence"
    ? ConfluencePayload<Name>
    : P extends "projectrak"
      ? ProjectrakUpdate
      : P extends "backlog"
        ? BacklogActivity
        : P extends "callboard"
          ? OperationalEvent<Name>
          : TrackerActivity<Name>;
