import { ElMessage } from 'element-plus';
import { readonly, ref } from 'vue';
import type { Ref } from 'vue';
import { toErrorInfo } from '@/api';
import { currentLocale } from '@/i18n';
import { errorText } from '@/i18n/error-text';

export interface Action<A extends unknown[]> {
  /** True while the action runs; the control that triggers it should be disabled meanwhile. */
  pending: Readonly<Ref<boolean>>;
  /** Runs the action, unless it runs already. Returns whether it succeeded; an error has been shown to the user. */
  run: (...args: A) => Promise<boolean>;
}

/** An action of the user: never runs twice at once, and a failure is always shown. */
export function useAction<A extends unknown[]>(work: (...args: A) => Promise<unknown>): Action<A> {
  const pending = ref(false);
  async function run(...args: A): Promise<boolean> {
    if (pending.value) return false;
    pending.value = true;
    try {
      await work(...args);
      return true;
    } catch (error) {
      showError(error);
      return false;
    } finally {
      pending.value = false;
    }
  }
  return { pending: readonly(pending), run };
}

/** Shows an error as a message. */
export function showError(error: unknown): void {
  ElMessage({
    type: 'error',
    message: errorText(toErrorInfo(error), currentLocale()),
    duration: 8000,
    showClose: true,
    grouping: true,
  });
}
