import { computed, watch } from 'vue';
import type { ComputedRef } from 'vue';
import { useRouter } from 'vue-router';
import type { ErrorInfo } from '@shared/errors';
import { isSettingsFirst, remedyOf, settingsSection } from '@shared/remedies';
import { useModelStore } from '@/stores/model';

export interface RemedyView {
  /** The section of the settings where the reason can be removed; null when it is not one of settings. */
  section: ComputedRef<'model' | 'rules' | null>;
  /** Whether the reason is removed in the settings rather than by going on. */
  settingsHelp: ComputedRef<boolean>;
  /** Whether the way to the settings comes first, and going on second: until the model was changed after the stop. */
  settingsFirst: ComputedRef<boolean>;
  toSettings: () => void;
}

/** What helps against what has stopped a run or an induction, which ended at `endTime`; null where it has not ended. */
export function useRemedy(stop: () => { error: ErrorInfo | null; endTime: number | null }): RemedyView {
  const router = useRouter();
  const model = useModelStore();
  const section = computed(() => settingsSection(stop().error));
  const settingsHelp = computed(() => {
    const { error } = stop();
    return error !== null && remedyOf(error) === 'settings';
  });
  watch(
    () => section.value === 'model',
    (isModel) => {
      // Until it is known, the settings come first.
      if (isModel && model.view === null) void model.load().catch(() => undefined);
    },
    { immediate: true },
  );
  return {
    section,
    settingsHelp,
    settingsFirst: computed(() => isSettingsFirst(stop(), model.view?.changedAt ?? null)),
    toSettings: () => void router.push({ name: 'settings', query: { section: section.value } }),
  };
}
