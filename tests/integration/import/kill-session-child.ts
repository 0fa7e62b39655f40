import { systemClock } from '../../../src/core/clock.ts';
import { ImportSession } from '../../../src/core/engine/import-session.ts';
import { connect } from '../../../src/core/store/database.ts';
import { undoImport } from '../../../src/core/store/undo-import.ts';
import { bundled } from '../../support/bundled.ts';

/**
 * Imports several files, or undoes an import, in a process of its own, for a test that kills it. Says `begun` before it changes anything, and
 * `done` once it is through.
 */
const [what = '', workspacePath = '', ...rest] = process.argv.slice(2);
const say = (word: string): void => void process.stdout.write(`${word}\n`);

if (what === 'undo') {
  const db = connect(workspacePath);
  say('begun');
  undoImport(db, Number(rest[0]));
  db.close();
  say('done');
} else {
  let revision = 0;
  const session = new ImportSession({
    workspacePath,
    workerUrl: bundled('import-worker'),
    clock: systemClock,
    nextRevision: () => ++revision,
    untilUnlocked: () => null,
    onSnapshot: ({ status }) => {
      if (status !== 'running') say(status === 'completed' ? 'done' : status);
    },
    onChanged: () => undefined,
    onEnded: () => undefined,
  });
  say('begun');
  session.startAll(rest.map((path) => ({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' })));
}
