import { EventEmitter } from 'node:events';
import { host } from '../host.ts';
import { loud, refuseUnknown } from '../loud.ts';
import { preventable } from '../events.ts';

const OPTIONS = ['title', 'body', 'silent', 'icon', 'urgency', 'subtitle', 'timeoutType'] as const;

type Surface = Pick<Electron.Notification, 'title' | 'body' | 'silent' | 'show' | 'close'>;

/** A notification that is not displayed; tests read it. */
export class HostNotification extends EventEmitter implements Surface {
  title: string;
  body: string;
  silent: boolean;
  shown = false;

  /** False when a user runs the host: nothing would be displayed. */
  static isSupported(): boolean {
    return !host.forPerson;
  }

  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super();
    refuseUnknown('Notification', options, OPTIONS);
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    return loud('Notification', this);
  }

  show(): void {
    this.shown = true;
    host.recorder.notifications.push(this);
    setImmediate(() => this.emit('show', preventable({})));
  }

  close(): void {
    if (!this.shown) return;
    this.shown = false;
    setImmediate(() => this.emit('close', preventable({})));
  }
}

export const Notification = loud('Notification', HostNotification);
