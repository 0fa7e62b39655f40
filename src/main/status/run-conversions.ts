import type { EngineApi } from '../../core/engine/engine-api.ts';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';

/** A notification that comes much later than what it is about would be a riddle. */
const LONGEST_WAIT_MS = 5_000;

/**
 * The conversions of a run for a notification, each type by itself: `转化：到店 55 · 购买 63。` Empty where there are none, and where they
 * cannot be counted in time: the notification is shown without them.
 */
export async function conversionsOf(
  engine: Pick<EngineApi, 'runOutcome' | 'codebook'>,
  runId: number,
  locale: Locale,
): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), LONGEST_WAIT_MS);
  });
  try {
    const counted = await Promise.race([Promise.all([engine.runOutcome(runId), engine.codebook()]), late]);
    if (counted === null) return '';
    const [{ conversions }, { codebook }] = counted;
    if (conversions.length === 0) return '';
    const types = new Map(codebook.types.map((type) => [type.id, locale === 'en' ? type.en : type.zh]));
    const list = conversions
      .map(({ type, events }) => `${types.get(type) ?? type} ${events.toLocaleString(locale)}`)
      .join(' · ');
    return shellText(locale, 'done.conversions', { list });
  } catch {
    return '';
  } finally {
    clearTimeout(timer);
  }
}
