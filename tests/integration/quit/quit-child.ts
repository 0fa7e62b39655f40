import { startEngine } from '../../../src/core/engine/engine-client.ts';
import { killProcess } from '../../../src/main/lifecycle/kill-process.ts';
import { QuitPolicy } from '../../../src/main/lifecycle/quit-policy.ts';

/** A process like the application's that quits while its engine is within one statement. */
const [databasePath = ''] = process.argv.slice(2);
const engine = startEngine(
  {
    workerUrl: new URL('stuck-engine.ts', import.meta.url),
    // The only text that reaches the thread as it is.
    importWorkerUrl: { href: databasePath } as URL,
    insightWorkerUrl: { href: '' } as URL,
    exportWorkerUrl: new URL('file:///none'),
    measureWorkerUrl: new URL('file:///none'),
    fileTaskWorkerUrl: new URL('file:///none'),
    program: 'EventLoom test',
    defaultRulesPath: '',
    promptsFolder: '',
  },
  () => void quit.requestNow(),
  () => undefined,
);
const quit = new QuitPolicy({
  activeWork: () => null,
  confirm: () => Promise.resolve('quit'),
  focusQuestion: () => undefined,
  keepRunning: () => undefined,
  shutdown: () => engine.api.closeWorkspace(),
  lastStep: () => false,
  exit: () => process.exit(0),
  kill: () => killProcess(() => undefined),
  // The time that the workspace has to close is over at once.
  wait: () => Promise.resolve(),
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
