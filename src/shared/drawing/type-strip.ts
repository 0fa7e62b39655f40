import type { TypeColour } from '../palette.ts';
import { at } from './drawing.ts';
import type { Mark } from './drawing.ts';

const [PART, HEIGHT, GAP] = [13, 3, 2];

/** The colours of types in their order, as a strip below their names; it is not wider than `room`. */
export function typeStrip(
  colours: readonly TypeColour[],
  { x, y, room }: { x: number; y: number; room: number },
): Mark[] {
  const part = Math.min(PART, room / Math.max(1, colours.length) - GAP);
  if (part < 1) return [];
  return colours.map((fill, index): Mark => ({
    ...{ kind: 'rect', x: at(x + index * (part + GAP)), y: at(y), width: at(part), height: HEIGHT },
    ...{ radius: 1, fill },
  }));
}
