import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { DialogAnswer } from './api/dialog.ts';
import type { CdpSession } from './browser/connection.ts';
import { runningChromium } from './host.ts';
import type { DialogRecord } from './recorder.ts';

interface DialogPage {
  kind: string;
  title: string;
  message: string;
  detail: string;
  buttons: string[];
  defaultId: number;
  /** The content of the path field, for a save dialog. */
  path: string;
  several: boolean;
  /** Endings of file names that may be chosen, e.g. `.csv`. */
  accept: string;
}

type PageAnswer = { button: number } | { path: string } | { files: number } | { cancel: true };

/** The dialog's page; runs in the page, self-contained. Sends its answer through the binding `answerDialog`. */
function buildDialog(dialog: DialogPage, labels: { ok: string; cancel: string }): void {
  const answer = (value: PageAnswer): void =>
    (window as unknown as { answerDialog(text: string): void }).answerDialog(JSON.stringify(value));
  const add = <K extends keyof HTMLElementTagNameMap>(
    parent: Element,
    tag: K,
    text: string,
  ): HTMLElementTagNameMap[K] => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  document.title = dialog.title;
  const style = add(document.head, 'style', '');
  style.textContent = `:root { color-scheme: light dark; font: 14px/1.6 system-ui, sans-serif }
    body { margin: 24px } strong { font-size: 16px } p { white-space: pre-wrap; opacity: .8 }
    nav { display: flex; gap: 8px; justify-content: flex-end; margin-top: 24px } button { font: inherit; padding: 4px 16px }
    input { font: inherit; width: 100%; box-sizing: border-box }`;
  add(document.body, 'strong', dialog.message);
  add(document.body, 'p', dialog.detail);
  const nav = document.createElement('nav');
  if (dialog.kind === 'messageBox') {
    dialog.buttons.forEach((label, button) => {
      const element = add(nav, 'button', label);
      element.onclick = () => answer({ button });
      if (button === dialog.defaultId) setTimeout(() => element.focus());
    });
  } else {
    const input = add(document.body, 'input', '');
    if (dialog.kind === 'openDialog') {
      Object.assign(input, { type: 'file', multiple: dialog.several, accept: dialog.accept });
    } else input.value = dialog.path;
    add(nav, 'button', labels.cancel).onclick = () => answer({ cancel: true });
    add(nav, 'button', labels.ok).onclick = () => {
      const chosen = input.files?.length ?? 0;
      if (dialog.kind === 'openDialog' && chosen > 0) answer({ files: chosen });
      if (dialog.kind === 'saveDialog' && input.value !== '') answer({ path: input.value });
    };
  }
  document.body.append(nav);
}

/** A dialog for the user: a small window with the same text and buttons. Closing it is "cancel". */
export async function presentDialog(record: DialogRecord, language: string): Promise<DialogAnswer> {
  const chromium = runningChromium();
  const targetId = await chromium.openAppWindow();
  const session = await chromium.connection.attach(targetId);
  const answered = new Promise<PageAnswer>((done) => {
    chromium.whenGone(targetId, () => done({ cancel: true }));
    session.on('Runtime.bindingCalled', ({ payload }) => done(JSON.parse(payload) as PageAnswer));
  });
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: 'answerDialog' });
  const { windowId } = await session.send('Browser.getWindowForTarget');
  await session.tell('Browser.setWindowBounds', { windowId, bounds: { width: 560, height: 300 } });
  const labels = language.startsWith('zh') ? { ok: '确定', cancel: '取消' } : { ok: 'OK', cancel: 'Cancel' };
  const call = `(${buildDialog.toString()})(${JSON.stringify(pageOf(record))}, ${JSON.stringify(labels)})`;
  await session.send('Runtime.evaluate', { expression: call });
  const answer = await answered;
  const value = 'files' in answer ? await chosenPaths(session, answer.files) : valueOf(answer);
  await chromium.connection.browser.tell('Target.closeTarget', { targetId });
  return value;
}

function valueOf(answer: Exclude<PageAnswer, { files: number }>): DialogAnswer {
  if ('button' in answer) return answer.button;
  return 'path' in answer ? resolve(homedir(), answer.path) : null;
}

/** A page gets no paths of files; the browser does. */
async function chosenPaths(session: CdpSession, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const expression = `document.querySelector('input').files[${i}]`;
    const { result } = await session.send('Runtime.evaluate', { expression });
    const { path } = await session.send('DOM.getFileInfo', { objectId: result.objectId ?? '' });
    paths.push(path);
  }
  return paths;
}

function pageOf({ kind, options }: DialogRecord): DialogPage {
  const text = (name: string): string => String(options[name] ?? '');
  const filters = (options['filters'] ?? []) as { extensions: string[] }[];
  const endings = filters.flatMap(({ extensions }) => extensions).filter((ending) => ending !== '*');
  return {
    kind,
    title: text('title') || 'EventLoom 事织',
    message: text('message') || text('title'),
    detail: text('detail'),
    buttons: (options['buttons'] ?? ['OK']) as string[],
    defaultId: Number(options['defaultId'] ?? 0),
    path: text('defaultPath'),
    several: ((options['properties'] ?? []) as string[]).includes('multiSelections'),
    accept: endings.map((ending) => `.${ending}`).join(','),
  };
}
