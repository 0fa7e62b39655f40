import type { EventName } from './contract.ts';

/** The channels between a window and the main process; apart from the contract so that the preload bundles no schema. */
export const REQUEST_CHANNEL = 'eventloom:request';
export const EVENT_CHANNEL = 'eventloom:event';
/** From the preload to main: the path of a file that the user dropped. Pages cannot send on it. */
export const DROP_CHANNEL = 'eventloom:drop';

/** Every event a window may listen to: one that the contract has and this table lacks does not compile. */
const events: Record<EventName, true> = {
  'run.snapshot': true,
  'import.snapshot': true,
  'export.snapshot': true,
  'induction.snapshot': true,
  'run.requests': true,
  'run.request': true,
  'settings.changed': true,
  'model.changed': true,
  'api.changed': true,
  'update.changed': true,
  'workspace.state': true,
  'data.changed': true,
  'backups.changed': true,
  'rhythm.changed': true,
  'import.unpacking': true,
  'insight.progress': true,
  'insight.asking': true,
  'insight.savedChanged': true,
  'app.navigate': true,
  'app.command': true,
  'app.notice': true,
};

export const EVENT_NAMES = Object.keys(events) as EventName[];
