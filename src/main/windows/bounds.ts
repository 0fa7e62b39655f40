import type { StoredBounds } from '../settings/shell-state.ts';

export const MIN_SIZE = { width: 900, height: 600 };
export const DEFAULT_SIZE = { width: 1280, height: 800 };

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface StartBounds {
  /** Absent when the system is to place the window. */
  x?: number;
  y?: number;
  width: number;
  height: number;
  maximised: boolean;
}

/** How much of a window must be on a display for it to be found and dragged. */
const REACHABLE = { width: 200, height: 100 };

function overlap(a: Rectangle, b: Rectangle): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}

/**
 * Where a window starts: where it was, if that is still on a display (a monitor may be gone), else wherever the system
 * puts it. `trustPosition` is false under Wayland, where a window does not get its position.
 */
export function startBounds(
  stored: StoredBounds | null,
  workAreas: Rectangle[],
  trustPosition: boolean,
): StartBounds {
  if (!stored) return { ...DEFAULT_SIZE, maximised: false };
  const home = workAreas.find((area) => {
    const shared = overlap(stored, area);
    // The title bar must be within reach: a window that begins above the area cannot be dragged back.
    return shared.width >= REACHABLE.width && shared.height >= REACHABLE.height && stored.y >= area.y;
  });
  const largest = home ?? workAreas[0];
  const size = {
    width: Math.max(MIN_SIZE.width, largest ? Math.min(stored.width, largest.width) : stored.width),
    height: Math.max(MIN_SIZE.height, largest ? Math.min(stored.height, largest.height) : stored.height),
  };
  if (!home || !trustPosition) return { ...size, maximised: stored.maximised };
  return { x: stored.x, y: stored.y, ...size, maximised: stored.maximised };
}

/** Moves a window a little when another one is exactly there, so that a second window is seen. */
export function cascade(bounds: StartBounds, others: Rectangle[]): StartBounds {
  const { x, y } = bounds;
  if (x === undefined || y === undefined) return bounds;
  const step = 32;
  let moved = { x, y };
  while (others.some((other) => other.x === moved.x && other.y === moved.y)) {
    moved = { x: moved.x + step, y: moved.y + step };
  }
  return { ...bounds, ...moved };
}
