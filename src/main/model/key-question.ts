import { dialog } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';
import type { WindowManager } from '../windows/window-manager.ts';
import type { KeyQuestion } from './key-store.ts';

/** Asks the user whether the key may be sent to an address, in a dialog that no page can answer. */
export async function askToSendKey(
  { origin, fromEnvironment, inClear }: KeyQuestion,
  windows: Pick<WindowManager, 'show'>,
  locale: Locale,
): Promise<boolean> {
  const details = [
    ...(fromEnvironment ? [shellText(locale, 'key.environment')] : []),
    ...(inClear ? [shellText(locale, 'key.inClear')] : []),
    shellText(locale, 'key.once'),
  ];
  const { response } = await dialog.showMessageBox(windows.show(), {
    type: inClear ? 'warning' : 'question',
    message: shellText(locale, 'key.message', { origin }),
    detail: details.join('\n\n'),
    buttons: [shellText(locale, 'key.send'), shellText(locale, 'key.cancel')],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
