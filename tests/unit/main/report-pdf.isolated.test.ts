import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import type { ShellContext } from '../../../src/main/ipc/context.ts';
import { insightHandlers } from '../../../src/main/ipc/handlers/insight.ts';
import { printPdf } from '../../../src/main/windows/print-pdf.ts';
import { tempFolder } from '../../support/temp.ts';

/** The window that prints: what it prints comes when the test says so. */
const electron = vi.hoisted(() => ({
  printed: Promise.withResolvers<Uint8Array>(),
  asked: Promise.withResolvers<null>(),
  destroyed: 0,
}));

vi.mock('electron', () => ({
  BrowserWindow: class {
    readonly webContents = {
      setWindowOpenHandler: () => undefined,
      on: () => undefined,
      printToPDF: () => {
        electron.asked.resolve(null);
        return electron.printed.promise;
      },
    };
    loadFile(): Promise<void> {
      return Promise.resolve();
    }
    destroy(): void {
      electron.destroyed += 1;
    }
  },
}));

beforeEach(() => {
  electron.printed = Promise.withResolvers();
  electron.asked = Promise.withResolvers();
  electron.destroyed = 0;
});

/** The routes of insights for windows that save a report at a path. */
function handlers(path: string): ReturnType<typeof insightHandlers> {
  const engine = {
    report: () => Promise.resolve({ title: '', items: [{}] }),
    writeReport: () => Promise.resolve(1),
  } as unknown as EngineApi;
  return insightHandlers({
    dialogs: { save: () => Promise.resolve(path) },
    settings: { view: () => ({ locale: 'en' }) },
    engine: () => engine,
    printPdf,
  } as unknown as ShellContext);
}

const [MINE, OTHER] = [{ windowId: 1 }, { windowId: 2 }];

test('a report is printed to a file', async () => {
  const path = join(tempFolder(), 'report.pdf');
  const saved = handlers(path)['insight.exportReport']({ format: 'pdf' }, MINE);
  electron.printed.resolve(Buffer.from('%PDF'));
  expect([await saved, existsSync(path), electron.destroyed]).toEqual([path, true, 1]);
});

test('printing is stopped by the window that waits for it, and by no other; no file is left', async () => {
  const path = join(tempFolder(), 'report.pdf');
  const routes = handlers(path);
  const saved = routes['insight.exportReport']({ format: 'pdf' }, MINE);
  await electron.asked.promise;
  expect(await routes['insight.cancelPdf'](undefined, OTHER)).toBe(false);
  expect(electron.destroyed).toBe(0);
  expect(await routes['insight.cancelPdf'](undefined, MINE)).toBe(true);
  expect([await saved, existsSync(path), electron.destroyed]).toEqual([null, false, 1]);
  expect(await routes['insight.cancelPdf'](undefined, MINE)).toBe(false);
});
