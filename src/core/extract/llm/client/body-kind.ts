/** What the body of a successful answer really is; what its header says is often wrong. */
export type BodyKind = 'events' | 'json' | 'html' | 'text' | 'empty';

const EVENT_FIELD = /^(:|(data|event|id|retry)\s*(:|[\r\n]))/;
const EVENT_NAMES = ['data', 'event', 'id', 'retry'];

/**
 * Tells the kind of a body from how it begins; null while too little of it is known. Blanks before it are skipped:
 * gateways send them to keep a connection open while they wait.
 */
export function bodyKind(beginning: string, ended: boolean): BodyKind | null {
  const text = beginning.replace(/^[\s\uFEFF]+/, '');
  if (text === '') return ended ? 'empty' : null;
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  if (text.startsWith('<')) return 'html';
  if (EVENT_FIELD.test(text)) return 'events';
  const undecided = EVENT_NAMES.some((name) => name.startsWith(text.trimEnd()));
  return undecided && !ended ? null : 'text';
}
