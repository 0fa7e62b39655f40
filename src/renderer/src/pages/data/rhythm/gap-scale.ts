/**
 * The session gaps that the handle in the chart stops at, in minutes: as a person says them, from a minute to thirty days.
 */
export const GAP_STOPS: readonly number[] = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 600,
  720, 960, 1_440, 2_160, 2_880, 4_320, 7_200, 10_080, 14_400, 20_160, 30_240, 43_200,
];

/** The stop that is nearest to a number of minutes on a log scale. */
export function nearestStop(minutes: number): number {
  const distance = (stop: number): number => Math.abs(Math.log(stop / Math.max(minutes, 1e-6)));
  return GAP_STOPS.reduce((best, stop) => (distance(stop) < distance(best) ? stop : best));
}

/** The stop so many places further on from a number of minutes, which need not be a stop itself. */
export function stopAfter(minutes: number, places: number): number {
  const beyond = GAP_STOPS.findIndex((stop) => stop > minutes);
  const after = beyond < 0 ? GAP_STOPS.length : beyond;
  const isStop = GAP_STOPS[after - 1] === minutes;
  const place = places > 0 ? after + places - 1 : after + places - (isStop ? 1 : 0);
  return GAP_STOPS[Math.min(GAP_STOPS.length - 1, Math.max(0, place))] ?? minutes;
}

/** Where a silence lies on the log scale of a chart, as a share of its width. `starts`: of its steps, in milliseconds. */
export function placeOf(silenceMs: number, starts: readonly number[]): number {
  const [first = 1, second = 10] = starts;
  const perStep = Math.log(second / first);
  const place = Math.log(Math.max(silenceMs, first) / first) / perStep / starts.length;
  return Math.min(1, Math.max(0, place));
}

/** The silence at a share of the width: the inverse of placeOf. */
export function silenceAt(place: number, starts: readonly number[]): number {
  const [first = 1, second = 10] = starts;
  return first * (second / first) ** (place * starts.length);
}
