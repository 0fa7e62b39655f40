/** A wall-clock time (Behaviour.time) as `YYYY-MM-DD HH:mm:ss`, with milliseconds when it has any. */
export function formatWallTime(time: number): string {
  const iso = new Date(time).toISOString().replace('T', ' ').slice(0, -1);
  return iso.endsWith('.000') ? iso.slice(0, -4) : iso;
}
