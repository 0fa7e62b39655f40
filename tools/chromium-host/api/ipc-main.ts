import { EventEmitter } from 'node:events';
import { loud } from '../loud.ts';
import type { HostFrame } from './frame.ts';
import type { HostWebContents } from './web-contents.ts';

export interface Sender {
  sender: HostWebContents;
  senderFrame: HostFrame;
}

type Handler = (event: object, ...args: unknown[]) => unknown;
type Answer = { ok: true; result: unknown } | { ok: false; error: string };

/** `ipcMain`: listeners for `send`, handlers for `invoke`. */
class HostIpcMain extends EventEmitter {
  private readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return handler(event, ...args);
    });
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  /** Runs the listeners of a message that a page sent. */
  dispatch(from: Sender, channel: string, args: unknown[]): void {
    const reply = (to: string, ...values: unknown[]): void => from.sender.send(to, ...values);
    const event = {
      type: 'frame',
      ...from,
      frameId: 1,
      processId: 1,
      ports: [],
      returnValue: undefined,
      reply,
    };
    this.emit(channel, loud('event', event), ...args);
  }

  /** Runs the handler of a page's `invoke`; of an error only the message is passed on, as in Electron. */
  async answer(from: Sender, channel: string, args: unknown[]): Promise<Answer> {
    const handler = this.handlers.get(channel);
    if (!handler) return { ok: false, error: `Error: No handler registered for '${channel}'` };
    try {
      const event = loud('event', { type: 'frame', ...from, frameId: 1, processId: 1 });
      return { ok: true, result: await handler(event, ...args) };
    } catch (error) {
      process.stderr.write(`Error occurred in handler for '${channel}': ${String(error)}\n`);
      return { ok: false, error: String(error) };
    }
  }
}

export const ipcMain = loud('ipcMain', new HostIpcMain());
