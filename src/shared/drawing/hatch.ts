import { at } from './drawing.ts';
import type { Mark } from './drawing.ts';
import type { Paint } from './paint.ts';

/** Between two lines, in pixels along the axes. */
const STEP = 6;

/**
 * A hatched rectangle: what it stands for is told from a filled one without its colour, on paper, too. Its lines are plain marks, so that every
 * format has them. Empty when there is nothing of it to be seen.
 */
export function hatched(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  paint: Paint,
): Mark[] {
  if (width <= 0 || height <= 0) return [];
  let d = '';
  // Along each line the sum of both coordinates is the same.
  for (let sum = STEP; sum < width + height; sum += STEP) {
    const [x1, x2] = [Math.max(0, sum - height), Math.min(sum, width)];
    d += `M ${at(x + x1)} ${at(y + sum - x1)} L ${at(x + x2)} ${at(y + sum - x2)} `;
  }
  const [w, h] = [Math.max(0.5, width - 1), Math.max(0.5, height - 1)];
  return [
    {
      ...{ kind: 'rect', x: at(x + 0.5), y: at(y + 0.5), width: at(w), height: at(h) },
      ...{ stroke: paint, strokeWidth: 1 },
    },
    ...(d === '' ? [] : [{ kind: 'path' as const, d: d.trimEnd(), stroke: paint, strokeWidth: 1.2 }]),
  ];
}
