// playwright-core has the types of the whole DevTools protocol but does not export them: only this file imports its internals.
export type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
