import { fileSystem } from '../../src/core/store/file-system.ts';
import type { FileSystem } from '../../src/core/store/file-system.ts';
import { rescueWorkspace } from '../../src/core/store/rescue.ts';
import { Workspace } from '../../src/core/store/workspace.ts';

/** The command for a process with a damaged workspace. */
export interface RescueOrder {
  path: string;
  action: 'rescue' | 'open';
  /** The time of the rescue, in milliseconds since the epoch. */
  now: number;
  /** As on a disk without hard links, where the damaged file is copied. */
  withoutLinks: boolean;
  /** The number of the operation on files before which the process kills itself; 0 for none. */
  killBefore: number;
}

export interface RescueEnd {
  /** `rescued`, `opened`, or the code of an error. */
  outcome: string;
  /** Path of the damaged file, as the opened workspace reports it. */
  backupPath: string | null;
  /** How many operations on files there were. */
  operations: number;
  ms: number;
}

/** Rescues or opens a workspace, and returns the result. */
export function carryOut(order: RescueOrder): RescueEnd {
  let operations = 0;
  const count = <A extends unknown[], R>(operation: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      operations += 1;
      if (operations === order.killBefore) process.kill(process.pid, 'SIGKILL');
      return operation(...args);
    };
  };
  const files: FileSystem = {
    link: count((from: string, to: string) => {
      if (order.withoutLinks) throw Object.assign(new Error('no hard links here'), { code: 'EPERM' });
      fileSystem.link(from, to);
    }),
    copy: count(fileSystem.copy),
    reserve: count(fileSystem.reserve),
    rename: count(fileSystem.rename),
    remove: count(fileSystem.remove),
    syncFile: count(fileSystem.syncFile),
    syncFolder: count(fileSystem.syncFolder),
    freeBytes: count(fileSystem.freeBytes),
  };
  const start = performance.now();
  let outcome = 'rescued';
  let backupPath: string | null = null;
  try {
    if (order.action === 'rescue') {
      rescueWorkspace(order.path, { now: order.now, files });
    } else {
      const workspace = Workspace.open(order.path, false, files);
      backupPath = workspace.rescued?.backupPath ?? null;
      outcome = 'opened';
      workspace.close();
    }
  } catch (error) {
    outcome =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
  }
  return { outcome, backupPath, operations, ms: performance.now() - start };
}
