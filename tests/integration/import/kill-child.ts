import { runImport } from '../../../src/core/import/run-import.ts';
import { connect } from '../../../src/core/store/database.ts';
import { ImportStore } from '../../../src/core/store/import-store.ts';

/**
 * Imports a file in a process of its own, for a test that kills it. Says `reading` in the middle of the file and
 * `finishing` after it, and with `hold` waits there to be killed.
 */
const [workspacePath = '', path = '', hold] = process.argv.slice(2);
let told = '';
await runImport({
  store: new ImportStore(connect(workspacePath)),
  workspacePath,
  options: { path, kind: 'behaviours' },
  onProgress: ({ phase, bytesRead, bytesTotal }) => {
    if (phase === told || bytesRead < bytesTotal / 2) return;
    told = phase;
    process.stdout.write(`${phase}\n`);
    if (hold) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  isCancelled: () => false,
  now: () => 0,
});
