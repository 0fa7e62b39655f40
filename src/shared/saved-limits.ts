/** How much can be saved in a workspace; apart from the schemas, so that windows bundle none. */
export const SAVED_LIMITS = { name: 120, saved: 500 } as const;

/** How much a report holds. Characters, and for an answer the bytes that its figures may take. */
export const REPORT_LIMITS = { items: 40, title: 200, note: 4000, answer: 4_000_000, rows: 200 } as const;
