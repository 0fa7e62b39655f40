import { useManualRefHistory } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import type { EvolutionView } from '@shared/insight-views';
import { useInsightStore } from './insight';

/** What is changed by hand in the picture of an evolution graph. Each change puts new arrays in place of the old ones. */
export type EvolutionMarks = Pick<EvolutionView, 'pins' | 'hidden' | 'notes'>;

/** So many steps are taken back at the most. */
const MOST_STEPS = 100;

/**
 * Undo and redo of the changes by hand in the evolution graph. It outlives the tab and the saving of its question, and ends where something
 * else changes the picture: another question that is opened.
 */
export const useEvolutionHistory = defineStore('evolution-history', () => {
  const { evolution } = useInsightStore();
  const marks = computed({
    get: (): EvolutionMarks => ({
      ...{ pins: evolution.pins, hidden: evolution.hidden, notes: evolution.notes },
    }),
    set: (next) => Object.assign(evolution, next),
  });
  const history = useManualRefHistory(marks, { capacity: MOST_STEPS });
  /** The gesture of the latest change, while it goes on. */
  let current: string | null = null;

  watch(marks, (now) => {
    if (JSON.stringify(now) === JSON.stringify(history.last.value.snapshot)) return;
    history.commit();
    history.clear();
    current = null;
  });

  /** Makes a change. Those of one gesture, such as a drag or the typing of a note, are one step. */
  function edit(gesture: string | null, change: (marks: EvolutionMarks) => void): void {
    const before = marks.value;
    change(evolution);
    if (marks.value === before) return;
    if (gesture !== null && gesture === current)
      history.last.value = { snapshot: marks.value, timestamp: Date.now() };
    else history.commit();
    current = gesture;
  }

  /** The next change is a step of its own, whatever its gesture. */
  function endGesture(): void {
    current = null;
  }
  function undo(): void {
    endGesture();
    history.undo();
  }
  function redo(): void {
    endGesture();
    history.redo();
  }

  return { edit, endGesture, undo, redo, canUndo: history.canUndo, canRedo: history.canRedo };
});
