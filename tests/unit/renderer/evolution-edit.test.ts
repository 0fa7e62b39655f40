import { describe, expect, it } from 'vitest';
import type { GraphPlan } from '@shared/drawing/graph-plan';
import { hide, itemOf, noteOn, pin, setNote } from '../../../src/renderer/src/pages/insight/evolution-edit';
import type { EvolutionMarks } from '../../../src/renderer/src/stores/evolution-history';

const fresh = (): EvolutionMarks => ({ pins: [], hidden: [], notes: [] });

describe('what is changed by hand in an evolution graph', () => {
  it('has one place for a type, within the picture', () => {
    const marks = fresh();
    pin(marks, 'a', { x: 10.4, y: -5 });
    expect(marks.pins).toEqual([{ type: 'a', x: 10, y: 0 }]);
    pin(marks, 'a', { x: 1e9, y: 3 });
    expect(marks.pins).toEqual([{ type: 'a', x: 20_000, y: 3 }]);
    pin(marks, 'a', null);
    expect(marks.pins).toEqual([]);
  });

  it('has one note for a node or an edge, and none where the text is empty', () => {
    const marks = fresh();
    const edge = { from: 'a', to: 'b' };
    setNote(marks, edge, ' why ');
    setNote(marks, { type: 'a' }, 'node');
    expect([noteOn(marks, edge), noteOn(marks, { type: 'a' }), noteOn(marks, { type: 'b' })]).toEqual([
      'why',
      'node',
      '',
    ]);
    setNote(marks, edge, 'because');
    expect(noteOn(marks, edge)).toBe('because');
    setNote(marks, edge, ' ');
    expect(marks.notes).toEqual([{ on: { type: 'a' }, text: 'node' }]);
  });

  it('hides a thing once', () => {
    const marks = fresh();
    hide(marks, { type: 'a' });
    hide(marks, { type: 'a' });
    hide(marks, { from: 'a', to: 'b' });
    expect(marks.hidden).toEqual([{ type: 'a' }, { from: 'a', to: 'b' }]);
  });

  it('is found by the names of groups in the drawing', () => {
    const node = { key: 'k', category: null, colour: 'grey' as const, value: 1, width: 10, figures: {} };
    const plan: GraphPlan = {
      nodes: [
        { ...node, type: 'a', name: 'A' },
        { ...node, type: 'edge-x', name: 'X' },
      ],
      edges: [{ from: 0, to: 1, key: 'x', value: 1, label: '', tip: '', lit: false, figures: {} }],
      ...{ hidden: null, notes: [] },
    };
    expect(itemOf('node-a', plan)).toEqual({ type: 'a' });
    expect(itemOf('edge-x', plan)).toEqual({ from: 'a', to: 'edge-x' });
    expect(itemOf('node-b', plan)).toBeNull();
  });
});
