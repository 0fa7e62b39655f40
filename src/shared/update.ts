import type { ErrorInfo } from './errors.ts';

/**
 * How far an update is. `off`: it is never looked for. `idle`: it was not looked for yet. `current`: there is none.
 * `ready`: it is downloaded and checked, and nothing is installed yet.
 */
export const UPDATE_STATUSES = [
  'off',
  'idle',
  'checking',
  'current',
  'available',
  'downloading',
  'ready',
  'installing',
  'failed',
] as const;
export type UpdateStatus = (typeof UPDATE_STATUSES)[number];

/**
 * Why updates are off: the program runs from its sources, is the portable one that nothing is installed for, or nobody has said
 * where updates are.
 */
export type UpdateOff = 'development' | 'portable' | 'no-address';

/** A version that can be installed. */
export interface OfferedUpdate {
  version: string;
  /** What is new, as plain text; empty when nothing is said. */
  notes: string;
}

/** Updates, as a window shows them. */
export interface UpdateView {
  status: UpdateStatus;
  /** The installed version. */
  version: string;
  off: UpdateOff | null;
  offered: OfferedUpdate | null;
  /** 0 to 100 while it is downloaded. */
  percent: number;
  /** When the server last answered, milliseconds since the epoch. */
  checkedAt: number | null;
  /** Whether the downloaded update is installed when the application quits. */
  atQuit: boolean;
  /** Why the last step failed; the installed version is as it was. */
  error: ErrorInfo | null;
}
