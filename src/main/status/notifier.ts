import { Notification } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';
import type { Notice } from './run-notice.ts';

/** Shows a window at a page. */
type ShowPage = (page: Notice['page']) => void;

/** The system's notifications. */
export class Notifier {
  readonly #locale: () => Locale;
  readonly #onClick: ShowPage;
  // Referenced, because a notification that is garbage-collected no longer emits `click` (electron/electron#12690).
  readonly #shown = new Set<Notification>();

  constructor(locale: () => Locale, onClick: ShowPage) {
    this.#locale = locale;
    this.#onClick = onClick;
  }

  /** Shown once per installation: the window is closed, the run goes on. */
  stillRunning(): void {
    const locale = this.#locale();
    this.#show(shellText(locale, 'hint.title'), shellText(locale, 'hint.body'), 'extract');
  }

  /** The end of a run, or what it waits for. */
  workChanged({ title, body, page }: Notice): void {
    this.#show(title, body, page);
  }

  #show(title: string, body: string, page: Notice['page']): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    this.#shown.add(notification);
    const forget = (): void => {
      this.#shown.delete(notification);
    };
    notification.on('click', () => {
      forget();
      this.#onClick(page);
    });
    notification.on('close', forget);
    notification.show();
  }
}
