/** The event names that Atlassian Connect's documentation listed in 2013, as they are spelt there. */

export const JIRA_NAMES = [
  "connect_addon_disabled",
  "connect_addon_enabled",
  "jira-webhook-post-function",
  "jira:issue_created",
  "jira:issue_deleted",
  "jira:issue_updated",
  "jira:worklog_updated",
  "plugin_enabled",
  "plugins_upgraded",
  "remote_issue_link_aggregate_cleared_event",
  "remote_plugin_disabled",
  "remote_plugin_enabled",
  "remote_plugin_installed",
  "remote_workflow_post_function",
  "server_upgraded",
];

export const CONFLUENCE_NAMES = [
  ...["attachment_created", "attachment_removed", "attachment_updated", "attachment_viewed"],
  ...["blog_created", "blog_removed", "blog_restored", "blog_trashed", "blog_updated", "blog_viewed"],
  "cache_statistics_changed",
  ...["comment_created", "comment_removed", "comment_updated"],
  ...["connect_addon_disabled", "connect_addon_enabled"],
  ...["group_created", "group_removed"],
  ...["label_added", "label_created", "label_deleted", "label_removed"],
  ...["login", "login_failed", "logout"],
  ...["page_children_reordered", "page_created", "page_moved", "page_removed", "page_restored"],
  ...["page_trashed", "page_updated", "page_viewed"],
  ...["plugin_enabled", "plugins_upgraded"],
  ...["remote_plugin_disabled", "remote_plugin_enabled", "remote_plugin_installed"],
  "search_performed",
  "server_upgraded",
  ...["space_created", "space_logo_updated", "space_permissions_updated", "space_removed", "space_updated"],
  ...["status_cleared", "status_created", "status_removed"],
  ...["user_created", "user_deactivated", "user_followed", "user_reactivated", "user_removed"],
];
