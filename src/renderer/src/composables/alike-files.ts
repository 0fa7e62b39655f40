import type { ErrorInfo } from '@shared/errors';
import type { ImportOptions, ImportPreview } from '@shared/import';

/** Above this share of refused rows of the whole file the user is asked before anything is stored. */
export const MOST_REFUSED = 0.1;

/** Why a file is not imported as the one before it was, without being shown; `open`: it has a question that is to be answered. */
export type Unlike = 'unreadable' | 'open' | 'columns' | 'roles' | 'doubts' | 'refused';

/** A file that the user has confirmed. */
export interface ConfirmedFile {
  options: ImportOptions;
  preview: ImportPreview;
  /** How it is read without roles of the user: what another file is compared with. */
  recognised: ImportPreview;
}

/** Whether something of a file has to be said before it can be imported. */
export function isOpen({ problem, dateOrders, encodingAsked, partIsOpen }: ImportPreview): boolean {
  return problem !== null || dateOrders.length > 0 || encodingAsked || partIsOpen;
}

/** What of a doubt differs from file to file without making it another one. */
const OF_ONE_FILE = new Set(['example', 'count', 'line', 'header', 'first', 'second']);

/** Identity of a doubt: the same one of another file needs no second answer. */
export function doubtKey({ code, params = {} }: ErrorInfo): string {
  return JSON.stringify([code, ...Object.entries(params).filter(([name]) => !OF_ONE_FILE.has(name))]);
}

const shapeOf = ({ format, header, columns }: ImportPreview): string =>
  JSON.stringify([format, header, columns.map(({ name }) => name)]);

export const rolesOf = ({ columns }: ImportPreview): ImportPreview['columns'][number]['role'][] =>
  columns.map(({ role }) => role);

/** What columns and values are taken for, where the user does not say it. The order of dates counts where both files tell one. */
function isRecognisedAlike(one: ImportPreview, other: ImportPreview): boolean {
  const taken = (preview: ImportPreview): string =>
    JSON.stringify([rolesOf(preview), preview.durationUnit, preview.impliedAction]);
  const orders = [one.dateOrder, other.dateOrder];
  return taken(one) === taken(other) && (orders.includes(null) || orders[0] === orders[1]);
}

/**
 * The options with which another file is imported as the confirmed one was, or why it has to be shown first: it is recognised as
 * something else, leaves a doubt that is not among `answered`, or would lose more than a tenth of its rows.
 */
export async function likeConfirmed(
  path: string,
  confirmed: ConfirmedFile,
  answered: ReadonlySet<string>,
  look: (options: ImportOptions) => Promise<ImportPreview | null>,
): Promise<ImportOptions | Unlike> {
  const { roles: chosen, ...reading } = confirmed.options;
  const found = await look({ ...reading, path });
  if (!found) return 'unreadable';
  if (shapeOf(found) !== shapeOf(confirmed.preview)) return 'columns';
  if (!isRecognisedAlike(found, confirmed.recognised)) return 'roles';
  const options = { ...reading, path, roles: rolesOf(confirmed.preview) };
  const preview = chosen ? await look(options) : found;
  if (!preview) return 'unreadable';
  if (isOpen(preview)) return 'open';
  if (preview.doubts.some((doubt) => !answered.has(doubtKey(doubt)))) return 'doubts';
  const { rows, refused } = preview.tried;
  return refused > rows * MOST_REFUSED ? 'refused' : options;
}
