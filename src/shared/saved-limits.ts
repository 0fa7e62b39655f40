/** How much can be saved in a workspace; apart from the schemas, so that windows bundle none. */
export const SAVED_LIMITS = { name: 120, saved: 500 } as const;
