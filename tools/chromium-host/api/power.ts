import { EventEmitter } from 'node:events';
import { host } from '../host.ts';
import { loud } from '../loud.ts';

/** `powerMonitor`: its events come from tests only. */
export const powerMonitor = loud('powerMonitor', new EventEmitter());

let lastId = 0;

/** `powerSaveBlocker`: recorded; the machine can still sleep. */
export const powerSaveBlocker = loud('powerSaveBlocker', {
  start(type: string): number {
    host.recorder.powerBlockers.set(lastId, type);
    return lastId++;
  },
  stop: (id: number): boolean => host.recorder.powerBlockers.delete(id),
  isStarted: (id: number): boolean => host.recorder.powerBlockers.has(id),
} satisfies Electron.PowerSaveBlocker);
