import type { TrayIconState } from './shell-status.ts';

/** How many parts the ring has that shows progress: more could not be told apart at 16 pixels. */
export const RING_STEPS = 16;

/** Which picture the tray shows. */
export interface TrayPicture {
  state: TrayIconState;
  /** The progress of what is running, 0 to 1, as a ring; null where it is not known. */
  ring: number | null;
}

/**
 * The name of the tray image for a state: a template on macOS, larger on Linux where panels scale it, and an ICO on Windows: of a PNG
 * Electron shows the 16 pixels there at every scale of the display.
 */
export function trayImageName(
  { state, ring }: TrayPicture,
  platform: NodeJS.Platform,
  darkPanel: boolean,
): string {
  const step = ring === null ? '' : `-${Math.floor(Math.min(1, Math.max(0, ring)) * RING_STEPS)}`;
  const name = state === 'running' ? `running${step}` : state;
  if (platform === 'darwin') return `${name}-Template.png`;
  const colour = darkPanel ? 'dark' : 'light';
  return platform === 'win32' ? `${name}-${colour}.ico` : `${name}-${colour}-44.png`;
}
