import type { PathsResult } from '../insight.ts';
import { at, cutText, emptyDrawing } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import { hatched } from './hatch.ts';
import { ofSide, SIDES } from './sides.ts';
import type { BothSides } from './sides.ts';
import { ANALYSIS_NAMES, pictureText } from './texts.ts';

const [NODE, HEIGHT, GAP, LABEL] = [10, 400, 12, 130];
const NAME_SIZE = 12;
/** Steps are not closer than this: a narrow place scrolls. */
const LEAST_COLUMN = 124;

/** What two flows that are compared have in common. */
interface Shared {
  /** The answers whose columns have as much room for their gaps. */
  of: readonly PathsResult[];
  /** Nodes are hatched. */
  hatch: boolean;
}

/** The paths of both sides, one below the other. The height of a node is its share of the users of its side, in both with one scale. */
export function drawPathsSides(
  sides: BothSides<PathsResult>,
  reversed: boolean,
  options: DrawOptions,
): Drawing[] {
  const of = [sides.own, sides.other];
  return SIDES.map((side) =>
    ofSide(
      drawPaths(sides[side], reversed, options, { of, hatch: side === 'other' }),
      ...([side, sides.names[side], options.locale] as const),
    ),
  );
}

/** Paths as a flow from step to step: the higher a node, the more users came there. `reversed`: step 0 is at the right. */
export function drawPaths(
  result: PathsResult,
  reversed: boolean,
  options: DrawOptions,
  shared: Shared | null = null,
): Drawing {
  const { locale, nameOf, colourOf } = options;
  const [name, title] = ['paths', ANALYSIS_NAMES.paths[locale]];
  if (result.nodes.length === 0)
    return emptyDrawing(name, title, pictureText(locale, 'nothing'), options.width);
  const answers = shared?.of ?? [result];
  const steps = Math.max(0, ...answers.flatMap(({ nodes }) => nodes.map(({ step }) => step)));
  const column = Math.max(LEAST_COLUMN, (options.width - LABEL) / Math.max(1, steps));
  const most = Math.max(
    ...answers.flatMap(({ nodes }) =>
      Array.from({ length: steps + 1 }, (_, step) => nodes.filter((node) => node.step === step).length),
    ),
  );
  const scale = (HEIGHT - most * GAP) / Math.max(1, result.users);
  const tops = new Map<number, number>();
  const nodes = result.nodes.map((node) => {
    const y = tops.get(node.step) ?? 0;
    const height = Math.max(1.5, node.users * scale);
    tops.set(node.step, y + height + GAP);
    const x = (reversed ? steps - node.step : node.step) * column;
    return { ...node, x, y, height, paint: colourOf(node.type) };
  });
  const usersText = (users: number): string => pictureText(locale, 'users', { n: numberIn(locale, users) });
  const out = new Map<number, number>();
  const into = new Map<number, number>();
  const links = result.links
    .toSorted((a, b) => a.from - b.from || a.to - b.to)
    .flatMap((link): Mark[] => {
      const [from, to] = [nodes[link.from], nodes[link.to]];
      if (!from || !to) return [];
      const thickness = link.users * scale;
      const [start, end] = [out.get(link.from) ?? 0, into.get(link.to) ?? 0];
      out.set(link.from, start + thickness);
      into.set(link.to, end + thickness);
      const [y1, y2] = [at(from.y + start + thickness / 2), at(to.y + end + thickness / 2)];
      const [x1, x2] = reversed ? [at(from.x), at(to.x + NODE)] : [at(from.x + NODE), at(to.x)];
      const middle = at((x1 + x2) / 2);
      const names = `${nameOf(from.type)} → ${nameOf(to.type)} · ${usersText(link.users)}`;
      return [
        {
          kind: 'group',
          tip: names,
          users: { key: link.key, title: names },
          marks: [
            {
              ...{ kind: 'path', d: `M ${x1} ${y1} C ${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` },
              ...{ stroke: from.paint, strokeWidth: Math.max(0.75, thickness), strokeOpacity: 0.28 },
              hover: 'strong',
            },
          ],
        },
      ];
    });
  const boxes = nodes.map((node): Mark => {
    const share = exactShare(node.users / Math.max(1, result.users));
    const count = ` ${shared ? share : numberIn(locale, node.users)}`;
    const room = column - NODE - 14 - count.length * 7;
    // Of a low node at the top, too, the text is within the picture.
    const baseline = Math.max(NAME_SIZE, node.y + Math.min(node.height / 2 + 4, 14));
    const text: Mark = {
      ...{ kind: 'text', x: at(node.x + NODE + 5), y: at(baseline), fill: 'ink', halo: 'surface' },
      ...{ text: cutText(nameOf(node.type), NAME_SIZE, room) + count, size: NAME_SIZE },
    };
    const box = { x: at(node.x), y: at(node.y), width: NODE, height: at(node.height) };
    return {
      kind: 'group',
      tip: `${nameOf(node.type)} · ${usersText(node.users)} · ${share}`,
      users: { key: node.key, title: nameOf(node.type) },
      marks: [
        {
          ...{
            kind: 'rect',
            x: box.x,
            y: box.y,
            width: NODE,
            height: box.height,
            radius: 2,
            hover: 'outline',
          },
          fill: shared?.hatch ? 'surface' : node.paint,
        },
        ...(shared?.hatch ? hatched(box, node.paint) : []),
        ...(node.height > 7 ? [text] : []),
      ],
    };
  });
  return {
    name,
    title,
    width: steps * column + LABEL,
    height: at(Math.max(HEIGHT, ...nodes.map((node) => node.y + node.height)) + 4),
    marks: [...links, ...boxes],
  };
}
