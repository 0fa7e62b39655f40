import { expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../../../src/core/engine/engine-client.ts';
import type { EngineHandle } from '../../../src/core/engine/engine-client.ts';
import type { ModelConfig } from '../../../src/core/engine/engine-api.ts';
import type { ErrorInfo } from '../../../src/shared/errors.ts';

function start(): { engine: EngineHandle; exited: Promise<ErrorInfo> } {
  let told: (error: ErrorInfo) => void = () => undefined;
  const exited = new Promise<ErrorInfo>((resolve) => (told = resolve));
  const engine = startEngine(
    {
      workerUrl: new URL('engine-double.ts', import.meta.url),
      importWorkerUrl: new URL('file:///none'),
      insightWorkerUrl: new URL('file:///none'),
      exportWorkerUrl: new URL('file:///none'),
      measureWorkerUrl: new URL('file:///none'),
      fileTaskWorkerUrl: new URL('file:///none'),
      program: 'EventLoom test',
      defaultRulesPath: '',
      promptsFolder: '',
    },
    () => undefined,
    (error) => told(error),
  );
  onTestFinished(() => engine.dispose());
  return { engine, exited };
}

const stopped = { code: 'app.engine_stopped' };

test('calls that are open when the thread dies are rejected, and so is every later one', async () => {
  const { engine, exited } = start();
  expect(await engine.api.rulesInfo()).toBe('rules');
  const open = engine.api.runSnapshot();
  const deadly = engine.api.workspaceInfo();
  await expect(open).rejects.toMatchObject(stopped);
  await expect(deadly).rejects.toMatchObject(stopped);
  expect(await exited).toEqual({ code: 'app.internal', params: { detail: 'out of memory' } });
  await expect(engine.api.rulesInfo()).rejects.toMatchObject(stopped);
});

test('calls of an engine that was let go are rejected, at once and later', async () => {
  const { engine } = start();
  const open = engine.api.runSnapshot();
  const disposed = engine.dispose();
  await expect(open).rejects.toMatchObject(stopped);
  await expect(engine.api.rulesInfo()).rejects.toMatchObject(stopped);
  await disposed;
  await expect(engine.api.rulesInfo()).rejects.toMatchObject(stopped);
});

test('a call that cannot be sent to the thread is rejected, and the next ones are answered', async () => {
  const { engine } = start();
  const unsendable = { settings: () => undefined } as unknown as ModelConfig;
  await expect(engine.api.useModel(unsendable)).rejects.toMatchObject({ code: 'app.internal' });
  expect(await engine.api.rulesInfo()).toBe('rules');
});
