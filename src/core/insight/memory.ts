import { totalmem } from 'node:os';
import { AppError } from '../errors.ts';
import { snapshotBytes } from './column-cache.ts';

/** How many events a workspace has, and how many users with events. */
export interface EventCounts {
  events: number;
  users: number;
}

const MIB = 2 ** 20;

/** The memory that the events of a workspace may take, in bytes: half of what the machine, or the container, has. */
export function usableMemory(): number {
  // 0 where nothing constrains the process.
  const constrained = process.constrainedMemory();
  return (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()) / 2;
}

/** The memory that the events take once they are loaded, in bytes: their columns, and the type of each. */
export function loadedBytes({ events, users }: EventCounts): number {
  return snapshotBytes(users, events) + events * Int32Array.BYTES_PER_ELEMENT;
}

/** insight.needs_memory, with what is needed and what may be used. */
export function needsMemory(counts: EventCounts, limit: number): AppError {
  return new AppError('insight.needs_memory', {
    events: counts.events,
    needed: Math.ceil(loadedBytes(counts) / MIB),
    limit: Math.floor(limit / MIB),
  });
}

/** Whether an error says that memory for an array, a map or a set could not be had. */
export function isAllocationFailure(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /array buffer allocation|invalid (shared )?array buffer length|invalid typed array length|maximum size exceeded/i.test(
      error.message,
    )
  );
}
