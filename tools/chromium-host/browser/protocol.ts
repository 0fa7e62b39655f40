// playwright-core has the types of the whole DevTools protocol but does not export them: this is the one place that reaches in.
export type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
