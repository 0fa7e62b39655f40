import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { AskingSnapshot, SingleAnswer, SingleQuestion } from '@shared/asking';
import { request, subscribe } from '@/api';
import { useInsightStore } from './insight';

/** The explanation or the question in words that the model is asked for, whichever window asked: a cache of main's state. */
export const useAskingStore = defineStore('asking', () => {
  const insight = useInsightStore();
  const snapshot = shallowRef<AskingSnapshot | null>(null);
  /** The page that asked waits for the answer to a question in words, and shows it by itself. */
  const isAwaited = ref(false);
  let unsubscribe: (() => void) | null = null;

  function accept(next: AskingSnapshot): void {
    if (snapshot.value && next.revision < snapshot.value.revision) return;
    snapshot.value = next;
  }

  /** Follows what is asked, also how far a question is that takes long. Subscribes before it asks, so that nothing is missed in between. */
  async function attach(): Promise<void> {
    unsubscribe ??= subscribe('insight.asking', accept);
    insight.follow();
    const now = await request('insight.attach');
    accept(now.asking);
    insight.progress = now.progress;
  }

  /** What the model is asked now. */
  const active = computed<SingleQuestion | null>(() =>
    snapshot.value?.answer === null ? snapshot.value.asked : null,
  );
  /** What the model answered last, until a window has shown it. */
  const ended = computed<{ asked: SingleQuestion; answer: SingleAnswer } | null>(() => {
    const { asked = null, answer = null } = snapshot.value ?? {};
    return asked && answer ? { asked, answer } : null;
  });

  const cancel = async (): Promise<void> => void (await request('insight.cancelExplanation'));
  /** This window shows the answer: no other one needs to. */
  async function dismiss(): Promise<void> {
    if (snapshot.value && ended.value) snapshot.value = { ...snapshot.value, asked: null, answer: null };
    await request('insight.dismissAsking');
  }

  return { snapshot, isAwaited, active, ended, attach, cancel, dismiss };
});
