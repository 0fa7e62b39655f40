/** The last moment a Date can hold: an end beyond it could neither be shown nor stored. */
const MAX_TIME = 8.64e15;

/**
 * How long a behaviour lasted, in milliseconds; null when the log says nothing, or what no activity can have. `time` is in
 * milliseconds, `duration` in seconds, as the log has it.
 */
export function durationOf({ time, duration }: { time: number; duration: number | null }): number | null {
  if (duration === null) return null;
  const milliseconds = Math.round(duration * 1000);
  return milliseconds >= 0 && time + milliseconds <= MAX_TIME ? milliseconds : null;
}
