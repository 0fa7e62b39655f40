import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface SecondStart {
  argv: string[];
  workingDirectory: string;
  additionalData: unknown;
}

/** Addresses that are no files (a named pipe, an abstract socket) leave nothing behind; they are used where available. */
function socketAddress(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

/**
 * One running application per userData folder. The lock is SQLite's on a small file: it is taken synchronously, as Electron's call
 * is, and the operating system releases it however the process ends. A socket carries the second start's arguments.
 */
export class SingleInstance {
  private readonly address: string;
  private readonly folder: string;
  private lock: DatabaseSync | undefined;
  private server: Server | undefined;
  /** The message to the first instance, while it is being sent. */
  private sending: Promise<void> = Promise.resolve();

  constructor(userData: string) {
    const name = createHash('sha256').update(userData).digest('hex').slice(0, 16);
    this.folder = userData;
    this.address = socketAddress(`eventloom-host-${name}`);
  }

  /** True when this process is the first instance; otherwise the first instance gets `second`. */
  request(second: SecondStart, onSecond: (start: SecondStart) => void): boolean {
    if (this.lock) return true;
    mkdirSync(this.folder, { recursive: true });
    const lock = new DatabaseSync(join(this.folder, 'chromium-host.lock'));
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch {
      lock.close();
      this.sending = this.tell(second);
      return false;
    }
    this.lock = lock;
    this.listen(onSecond);
    return true;
  }

  isHeld(): boolean {
    return this.lock !== undefined;
  }

  /** Waits until the first instance has received the message. */
  sent(): Promise<void> {
    return this.sending;
  }

  release(): void {
    this.server?.close();
    this.lock?.close();
    this.lock = undefined;
  }

  private listen(onSecond: (start: SecondStart) => void): void {
    // The holder of the lock owns the address: a file there was left by a process that was killed.
    if (this.address.startsWith('/')) rmSync(this.address, { force: true });
    this.server = createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.on('end', () => {
        socket.end('heard');
        onSecond(JSON.parse(text) as SecondStart);
      });
      socket.on('error', () => undefined);
    });
    this.server.unref();
    this.server.listen(this.address);
  }

  /** Retries for three seconds: the first instance may hold the lock and not listen yet. */
  private async tell(second: SecondStart): Promise<void> {
    for (let attempt = 0; attempt < 30; attempt++) {
      const heard = await new Promise<boolean>((resolve) => {
        const socket = connect(this.address, () => socket.end(JSON.stringify(second)));
        socket.on('data', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('close', () => resolve(false));
      });
      if (heard) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
