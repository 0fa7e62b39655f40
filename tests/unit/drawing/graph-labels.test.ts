import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GroupMark, Mark } from '../../../src/shared/drawing/drawing.ts';
import { labelReach, labelSpots } from '../../../src/shared/drawing/graph-labels.ts';
import { nodeWidth, toLayOut } from '../../../src/shared/drawing/graph-plan.ts';
import type { GraphPlan, PlannedEdge, PlannedNode } from '../../../src/shared/drawing/graph-plan.ts';
import { drawGraph } from '../../../src/shared/drawing/graph.ts';
import { layOut } from '../../../src/shared/drawing/layout.ts';
import { svgOf } from '../../../src/shared/drawing/svg.ts';
import { coloursOf } from '../../../src/shared/type-colours.ts';

const colourOf = coloursOf({ types: [] });
const options = { locale: 'zh-CN', width: 0, nameOf: (type: string) => type, colourOf } as const;

const node = (type: string, pin?: { x: number; y: number }): PlannedNode => ({
  ...{ type, name: type, key: `node:${type}`, category: 'engagement', colour: 'blue', value: 1 },
  ...{ width: nodeWidth(type), figures: {}, ...(pin ? { pin } : {}) },
});
const edge = (from: number, to: number, label: string, ofTwo = false): PlannedEdge => ({
  ...{ from, to, key: `${from}-${to}`, value: 1, label, tip: `${from} → ${to}`, lit: false, figures: {} },
  ...(ofTwo
    ? {
        sides: {
          own: { key: 'own:e', users: 1, value: 1, text: label },
          other: { key: 'other:e', users: 1, value: 1, text: label },
        },
      }
    : {}),
});
const planOf = (nodes: PlannedNode[], edges: PlannedEdge[], ofTwo = false): GraphPlan => ({
  ...{ nodes, edges, hidden: null, notes: [] },
  ...(ofTwo ? { sides: { names: { own: '甲', other: '乙' }, measure: 'users', certain: false } } : {}),
});
const groupsOf = (marks: readonly Mark[]): GroupMark[] =>
  marks.flatMap((mark) => (mark.kind === 'group' ? [mark, ...groupsOf(mark.marks)] : []));

it('numbers on edges that are shown cover neither each other nor a node', () => {
  const places = fc.integer({ min: 0, max: 7 });
  const edges = fc.uniqueArray(fc.tuple(places, places), { maxLength: 40, selector: String });
  fc.assert(
    fc.property(edges, fc.boolean(), (pairs, ofTwo) => {
      const nodes = Array.from({ length: 8 }, (_, index) => node(`类型${index}`));
      const drawn = pairs.map(([from, to]) => edge(from, to, '12.5%', ofTwo));
      const laidOut = layOut(toLayOut(planOf(nodes, drawn, ofTwo)));
      const boxes = laidOut.nodes.map(({ x, y }, index) => ({ x, y, width: nodes[index]?.width ?? 0 }));
      const spots = labelSpots(drawn, boxes, (_, index) => laidOut.edges[index] ?? []);
      expect(spots.length).toBe(drawn.length);
      const shown = spots.flatMap(({ x, y, isFree }, index) => {
        const at = drawn[index];
        if (!isFree || !at) return [];
        const { left, right } = labelReach(at);
        return [{ left: x - left, right: x + right, top: y - 9, bottom: y + 2 }];
      });
      if (drawn.length > 0) expect(shown.length).toBeGreaterThan(0);
      const taken = [
        ...shown,
        ...boxes.map(({ x, y, width }) => ({
          ...{ left: x - width / 2, right: x + width / 2, top: y - 20, bottom: y + 20 },
        })),
      ];
      for (const [index, a] of shown.entries())
        for (const b of taken.slice(index + 1))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
    }),
    { numRuns: 100, seed: 20261127 },
  );
});

it.each([false, true])(
  'a number without room is seen on its edge alone, and that is said (two sides: %s)',
  (ofTwo) => {
    // There is room for one number between these nodes.
    const nodes = [node('甲', { x: 100, y: 100 }), node('乙', { x: ofTwo ? 300 : 240, y: 100 })];
    const edges = [edge(0, 1, '12.5%', ofTwo), edge(1, 0, '99.9%', ofTwo)];
    const plan = planOf(nodes, edges, ofTwo);
    const drawing = drawGraph({ name: 'graph', title: '图' }, plan, layOut(toLayOut(plan)), options);
    expect(drawing.note).toBe('1 条边上写不下数字：指向边时显示，表中也有');
    const svg = svgOf(drawing, 'light');
    expect(svg).toContain('>12.5%<');
    expect(svg).not.toContain('99.9%');
    const hidden = groupsOf(drawing.marks).flatMap(({ marks, hover }) => [
      ...marks.filter((mark) => mark.kind === 'text' && mark.hover === 'shown'),
      ...(hover === 'shown' ? marks : []),
    ]);
    expect(JSON.stringify(hidden)).toContain('99.9%');
    expect(JSON.stringify(hidden)).not.toContain('12.5%');
    // Both sides can be opened all the same.
    if (ofTwo) expect(groupsOf(drawing.marks).map(({ name }) => name)).toContain('edge-1-0-other');
  },
);
