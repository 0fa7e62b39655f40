import type { Readable, Writable } from 'node:stream';

/** Carries DevTools messages, each a JSON text, between this process and a browser. */
export interface CdpTransport {
  send(message: string): void;
  /** Called once. `onClose` when the browser or the connection has ended. */
  listen(onMessage: (message: string) => void, onClose: () => void): void;
  close(): void;
}

/**
 * A pair of pipes (`--remote-debugging-pipe`): Chromium ends itself when the pipe breaks, so no process is left when this one is
 * killed. Messages end with a NUL character.
 */
export function pipeTransport(output: Writable, input: Readable): CdpTransport {
  // EPIPE when the browser has ended; the end of the input reports the same.
  output.on('error', () => undefined);
  return {
    send: (message) => void output.write(`${message}\0`),
    listen: (onMessage, onClose) => {
      let rest = '';
      input.setEncoding('utf8');
      input.on('data', (chunk: string) => {
        const messages = (rest + chunk).split('\0');
        rest = messages.pop() ?? '';
        messages.forEach(onMessage);
      });
      input.once('close', onClose);
    },
    close: () => void output.end(),
  };
}

/** A WebSocket to the DevTools port of a browser that another process started. Rejects when there is none. */
export function socketTransport(url: string): Promise<CdpTransport> {
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`no browser answers at ${url}`));
    socket.onopen = () =>
      resolve({
        send: (message) => socket.send(message),
        listen: (onMessage, onClose) => {
          socket.onmessage = ({ data }: MessageEvent<string>) => onMessage(data);
          socket.onclose = () => onClose();
        },
        close: () => socket.close(),
      });
  });
}
