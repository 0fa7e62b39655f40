import { describe, expect, it } from 'vitest';
import { GAP_STOPS, nearestStop, placeOf, silenceAt, stopAfter } from '@/pages/data/rhythm/gap-scale';
import { SESSION_GAP_MINUTES } from '@shared/rhythm';

/** Seventy steps, ten for each factor of ten, from a second on. */
const STARTS = Array.from({ length: 70 }, (_, step) => 1_000 * 10 ** (step / 10));

describe('the handle of the session gap', () => {
  it('stops from the least to the most gap that can be set, in order', () => {
    expect(GAP_STOPS[0]).toBe(SESSION_GAP_MINUTES.least);
    expect(GAP_STOPS.at(-1)).toBe(SESSION_GAP_MINUTES.most);
    expect(GAP_STOPS).toEqual([...GAP_STOPS].sort((a, b) => a - b));
  });

  it('goes from stop to stop with the keys, also from between two, and no further than the ends', () => {
    expect(stopAfter(15, 1)).toBe(20);
    expect(stopAfter(15, -1)).toBe(12);
    expect(stopAfter(17, 1)).toBe(20);
    expect(stopAfter(17, -1)).toBe(15);
    expect(stopAfter(15, 4)).toBe(40);
    expect(stopAfter(1, -1)).toBe(1);
    expect(stopAfter(43_200, 1)).toBe(43_200);
    expect(stopAfter(0.5, -1)).toBe(1);
    for (const [index, stop] of GAP_STOPS.slice(0, -1).entries()) {
      expect(stopAfter(stop, 1)).toBe(GAP_STOPS[index + 1]);
      expect(stopAfter(GAP_STOPS[index + 1] ?? 0, -1)).toBe(stop);
    }
  });

  it('is put at the nearest stop on the scale of the chart', () => {
    expect(nearestStop(0)).toBe(1);
    expect(nearestStop(31)).toBe(30);
    expect(nearestStop(1e9)).toBe(43_200);
    for (const minutes of GAP_STOPS) {
      const place = placeOf(minutes * 60_000, STARTS);
      expect(place).toBeGreaterThan(0);
      expect(place).toBeLessThan(1);
      expect(nearestStop(silenceAt(place, STARTS) / 60_000)).toBe(minutes);
    }
    expect(placeOf(1_000, STARTS)).toBe(0);
    expect(placeOf(0, STARTS)).toBe(0);
    expect(placeOf(1e12, STARTS)).toBe(1);
  });
});
