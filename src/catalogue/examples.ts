/** The product of examples in documentation: the one that most people know. */
export const EXAMPLE_PRODUCT = "jira";
