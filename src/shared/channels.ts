import type { EventName } from './contract.ts';

/** The two channels between a window and the main process; apart from the contract so that the preload bundles no schema. */
export const REQUEST_CHANNEL = 'eventloom:request';
export const EVENT_CHANNEL = 'eventloom:event';

/** Every event a window may listen to. */
export const EVENT_NAMES = [
  'run.snapshot',
  'import.snapshot',
  'run.requests',
  'run.request',
  'settings.changed',
  'model.changed',
  'workspace.state',
  'data.changed',
  'app.navigate',
  'app.notice',
] as const satisfies readonly EventName[];
