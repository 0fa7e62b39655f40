import { Workspace } from '../../src/core/store/workspace.ts';

/**
 * A process that opens the workspace named on its command line, changes it (the change stays in the log), reports
 * this, and keeps it open until the process is killed or gets the command to close it.
 */
const workspace = Workspace.open(process.argv[2] ?? '', false);
workspace.db.exec("PRAGMA wal_autocheckpoint = 0; INSERT OR REPLACE INTO meta VALUES ('held', 'yes')");
process.send?.('open');
process.on('message', () => {
  workspace.close();
  process.exit(0);
});
// Used later on, so that the garbage collector does not let go of the lock.
setInterval(() => workspace.sizeBytes(), 1000);
