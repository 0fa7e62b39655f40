import { host } from '../host.ts';
import { loud } from '../loud.ts';
import type { DialogKind, DialogRecord } from '../recorder.ts';

export interface MessageBoxAnswer {
  response: number;
  checkboxChecked: boolean;
}

/** The answer of a user or a test: a button or its label, paths, or null for "cancel". */
export type DialogAnswer = number | string | string[] | null;

/** Shows a dialog to the user; undefined when tests answer the dialogs. */
type Presenter = (record: DialogRecord) => Promise<DialogAnswer>;

interface Waiting {
  record: DialogRecord;
  resolve(answer: DialogAnswer): void;
}

const queued: { kind: DialogKind; answer: DialogAnswer }[] = [];
const waiting: Waiting[] = [];
let presenter: Presenter | undefined;

/** Shows dialogs to the user instead of leaving them to the tests. */
export function presentDialogs(present: Presenter): void {
  presenter = present;
}

/** Answers the oldest open dialog of a kind, or the next one that opens. */
export function answerDialog(kind: DialogKind, answer: DialogAnswer): void {
  const at = waiting.findIndex(({ record }) => record.kind === kind);
  const [open] = at < 0 ? [] : waiting.splice(at, 1);
  if (open) open.resolve(answer);
  else queued.push({ kind, answer });
}

/** Electron's dialogs take an optional window before the options. */
function optionsOf(args: unknown[]): Record<string, unknown> {
  return { ...(args.at(-1) as object) };
}

/** Waits for an answer; a dialog whose signal aborts is closed as if cancelled. */
function wait(entry: Waiting): void {
  waiting.push(entry);
  const { signal } = entry.record.options;
  if (!(signal instanceof AbortSignal)) return;
  signal.addEventListener('abort', () => {
    const at = waiting.indexOf(entry);
    if (at >= 0) waiting.splice(at, 1);
    entry.resolve(null);
  });
}

async function ask(kind: DialogKind, options: Record<string, unknown>): Promise<DialogAnswer> {
  const record: DialogRecord = { kind, options, answered: false };
  host.recorder.dialogs.push(record);
  const at = queued.findIndex((answer) => answer.kind === kind);
  const [ready] = at < 0 ? [] : queued.splice(at, 1);
  const answer = ready
    ? ready.answer
    : presenter
      ? await presenter(record)
      : await new Promise<DialogAnswer>((resolve) => wait({ record, resolve }));
  record.answered = true;
  return answer;
}

/** The button of an answer. Throws for a label that the box does not have. */
function buttonOf(answer: DialogAnswer, options: Record<string, unknown>): number {
  const buttons = (options['buttons'] as string[] | undefined) ?? ['OK'];
  if (answer === null) return Number(options['cancelId'] ?? 0);
  if (typeof answer === 'number') return answer;
  const at = buttons.indexOf(String(answer));
  if (at < 0)
    throw new Error(
      `chromium-host: the message box has no button "${String(answer)}", only: ${buttons.join(', ')}`,
    );
  return at;
}

/** `dialog`: answered by tests, or shown by the presenter. */
export const dialog = loud('dialog', {
  async showMessageBox(...args: unknown[]): Promise<MessageBoxAnswer> {
    const options = optionsOf(args);
    const answer = await ask('messageBox', options);
    return {
      response: buttonOf(answer, options),
      checkboxChecked: Boolean(options['checkboxChecked'] ?? false),
    };
  },
  async showOpenDialog(...args: unknown[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    const answer = await ask('openDialog', optionsOf(args));
    const filePaths = answer === null ? [] : [answer].flat().map(String);
    return { canceled: answer === null, filePaths };
  },
  async showSaveDialog(...args: unknown[]): Promise<{ canceled: boolean; filePath: string }> {
    const answer = await ask('saveDialog', optionsOf(args));
    return { canceled: answer === null, filePath: answer === null ? '' : String(answer) };
  },
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`${title}\n${content}\n`);
    host.recorder.dialogs.push({ kind: 'errorBox', options: { title, content }, answered: true });
  },
} satisfies Partial<Electron.Dialog>);
