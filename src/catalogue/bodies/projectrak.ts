/** Generated from the catalogue by `npm run bodies`. */

export interface ProjectrakEvents {
  /** One or more field values of a project were changed */
  readonly updated: Updated;
}

/** One or more field values of a project were changed */
export interface Updated {
  readonly data: {
    /** the event name */
    readonly event: string;
    /** account id of the person who made the change */
    readonly user: string;
    /** epoch milliseconds */
    readonly timestamp: number;
    readonly project: {
      readonly id: number;
      readonly key: string;
      readonly name: string;
    };
    /** one entry per changed field */
    readonly fields: readonly {
      readonly id: number;
      readonly name: string;
      /** number, status, text and others */
      readonly type: string;
      readonly value: {
        /** a number is text with dots between the thousands */
        readonly current?: unknown;
        readonly previous?: unknown;
      };
    }[];
  };
}
