import { Workspace } from '../../src/core/store/workspace.ts';

/** A process that opens the workspace named on its command line, says so, and holds it until it is killed. */
const workspace = Workspace.open(process.argv[2] ?? '', false);
process.send?.('open');
// Used later on, so that the garbage collector does not let go of the lock.
setInterval(() => workspace.checkStillThere(), 1000);
