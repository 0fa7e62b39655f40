import type { ErrorInfo } from './errors.ts';
import type { MessageCode } from './messages/index.ts';

/**
 * What helps first where work has stopped, as its text says: a change of the settings, without which it stops again for the same reason, or
 * going on, because the reason passes or lies elsewhere.
 */
export type Remedy = 'settings' | 'resume';

type ModelCode = Extract<MessageCode, `model.${string}`>;

/** Of what stops a run or an induction with a model (FAILURE_POLICIES names the code of each class): a code without a remedy does not compile. */
const MODEL_REMEDIES: Record<ModelCode, Remedy> = {
  'model.unauthorized': 'settings',
  'model.forbidden': 'settings',
  'model.model_unknown': 'settings',
  'model.bad_request': 'settings',
  'model.not_an_answer': 'settings',
  'model.unreachable': 'settings',
  'model.timeout_too_short': 'settings',
  'model.useless': 'settings',
  'model.too_long': 'settings',
  'model.truncated': 'settings',
  'model.refused': 'settings',
  'model.not_configured': 'settings',
  'model.no_key': 'settings',
  'model.bad_base_url': 'settings',
  'model.bad_key': 'settings',
  'model.key_not_stored': 'settings',

  // Going on asks whether the key may be sent.
  'model.key_held_back': 'resume',
  'model.test_cancelled': 'resume',
  'model.quota': 'resume',
  'model.usage_limit': 'resume',
  'model.rate_limited': 'resume',
  'model.network': 'resume',
  'model.server_error': 'resume',
  'model.timeout': 'resume',
  'model.empty': 'resume',
  'model.bad_format': 'resume',
  'model.missing_user': 'resume',
  'model.duplicate_user': 'resume',
  'model.low_coverage': 'resume',
};

/** What helps first against what has stopped a run or an induction. */
export function remedyOf({ code }: ErrorInfo): Remedy {
  if (code in MODEL_REMEDIES) return MODEL_REMEDIES[code as ModelCode];
  return code.startsWith('rules.') ? 'settings' : 'resume';
}

/** The section of the settings where an error can be mended; null when it is not one of settings. */
export function settingsSection(error: ErrorInfo | null): 'model' | 'rules' | null {
  if (error?.code.startsWith('model.')) return 'model';
  return error?.code.startsWith('rules.') ? 'rules' : null;
}

/**
 * Whether the way to the settings comes before going on with what has stopped: until the model was changed after the stop. Both times are
 * milliseconds since the epoch; `modelChangedAt` is null when it was not changed since the start.
 */
export function isSettingsFirst(
  stop: { error: ErrorInfo | null; endTime: number | null },
  modelChangedAt: number | null,
): boolean {
  if (stop.error === null || remedyOf(stop.error) !== 'settings') return false;
  const isChanged = modelChangedAt !== null && modelChangedAt > (stop.endTime ?? 0);
  return !(isChanged && settingsSection(stop.error) === 'model');
}
