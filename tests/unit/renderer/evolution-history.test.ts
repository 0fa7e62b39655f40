import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import type { Question } from '@shared/insight';
import type { SavedQuestion } from '@shared/saved-insights';
import { hide, pin, setNote } from '../../../src/renderer/src/pages/insight/evolution-edit';
import { useEvolutionHistory } from '../../../src/renderer/src/stores/evolution-history';
import { useInsightStore } from '../../../src/renderer/src/stores/insight';

beforeEach(() => setActivePinia(createPinia()));

const saved = (question: Question): SavedQuestion => ({
  ...{ id: 1, name: 'a', question, data: null, createdAt: 0, changedAt: 0, computedAt: null },
});

describe('the history of an evolution graph', () => {
  it('takes changes back one by one, and does them again', () => {
    const [{ evolution }, history] = [useInsightStore(), useEvolutionHistory()];
    expect([history.canUndo, history.canRedo]).toEqual([false, false]);
    history.edit(null, (marks) => hide(marks, { type: 'a' }));
    history.edit(null, (marks) => hide(marks, { type: 'b' }));
    // Nothing is changed, so that nothing is to be taken back.
    history.edit(null, (marks) => hide(marks, { type: 'b' }));
    history.undo();
    expect(evolution.hidden).toEqual([{ type: 'a' }]);
    history.undo();
    expect([evolution.hidden, history.canUndo]).toEqual([[], false]);
    history.redo();
    history.redo();
    expect([evolution.hidden, history.canRedo]).toEqual([[{ type: 'a' }, { type: 'b' }], false]);
    history.undo();
    history.edit(null, (marks) => pin(marks, 'a', { x: 1, y: 2 }));
    expect(history.canRedo).toBe(false);
  });

  it('has one step for a gesture, and another one for the next', () => {
    const [{ evolution }, history] = [useInsightStore(), useEvolutionHistory()];
    const type = (text: string): void => history.edit('note', (marks) => setNote(marks, { type: 'a' }, text));
    for (const text of ['s', 'so', 'so far']) type(text);
    history.endGesture();
    type('so far, so good');
    history.undo();
    expect(evolution.notes[0]?.text).toBe('so far');
    history.undo();
    expect([evolution.notes, history.canUndo]).toEqual([[], false]);
  });

  it('outlives the saving of the question, and ends with another one', async () => {
    const [store, history] = [useInsightStore(), useEvolutionHistory()];
    history.edit(null, (marks) => hide(marks, { type: 'a' }));
    const question = store.asked('evolution');
    if (!question) throw new Error('nothing is asked');
    store.open(saved(structuredClone(JSON.parse(JSON.stringify(question)) as Question)));
    await nextTick();
    expect([store.evolution.hidden, history.canUndo]).toEqual([[{ type: 'a' }], true]);
    history.undo();
    expect(store.isChanged).toBe(true);
    history.redo();
    expect(store.isChanged).toBe(false);

    const view = { edges: 25, pins: [{ type: 'c', x: 1, y: 1 }], hidden: [], notes: [] };
    store.open(saved({ ...question, view }));
    await nextTick();
    expect([history.canUndo, history.canRedo]).toEqual([false, false]);
    history.edit(null, (marks) => pin(marks, 'c', null));
    history.undo();
    expect(store.evolution.pins).toEqual(view.pins);
  });
});
