import { at, textWidth } from './drawing.ts';
import type { Mark } from './drawing.ts';

const MOST_TICKS = 6;
const SIZE = 11;

/** The names of some of the columns of a picture, as many as have room, the first and the last one among them. */
export function ticksOf(labels: readonly string[], width: number, y: number): Mark[] {
  const room = Math.max(0, ...labels.map((label) => textWidth(label, SIZE))) + 16;
  const count = Math.min(MOST_TICKS, labels.length, Math.max(1, Math.floor(width / room)));
  return Array.from({ length: count }, (_, tick): Mark => {
    const index = count === 1 ? 0 : Math.round((tick * (labels.length - 1)) / (count - 1));
    const place = (index + 0.5) / labels.length;
    const half = room / 2 / width;
    const edge = place < half ? 'start' : place > 1 - half ? 'end' : 'middle';
    const x = edge === 'start' ? 0 : edge === 'end' ? width : at(place * width);
    return { kind: 'text', x, y, text: labels[index] ?? '', size: SIZE, fill: 'ink3', anchor: edge };
  });
}
