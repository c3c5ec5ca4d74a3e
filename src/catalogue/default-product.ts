/** Key of the product of a host that is made for a test, unless it names another. */
export const DEFAULT_PRODUCT = "jira";
