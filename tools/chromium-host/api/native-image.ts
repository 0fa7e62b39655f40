import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { loud } from '../loud.ts';

type Surface = Pick<
  Electron.NativeImage,
  'isEmpty' | 'getSize' | 'setTemplateImage' | 'isTemplateImage' | 'addRepresentation'
>;

/** An image that is never drawn. It keeps its origin, so that a test can distinguish icons. */
export class HostNativeImage implements Surface {
  /** The file's name, or the first characters of the content's SHA-256; empty for an empty image. */
  readonly source: string;
  private readonly png: Buffer;
  private template = false;

  constructor(source: string, png: Buffer) {
    this.source = source;
    this.png = png;
    return loud('nativeImage', this);
  }

  isEmpty(): boolean {
    return this.png.length === 0;
  }

  /** Size in pixels, read from the PNG header; zero when it is no PNG. */
  getSize(): { width: number; height: number } {
    const isPng = this.png.length > 24 && this.png.toString('latin1', 1, 4) === 'PNG';
    return isPng
      ? { width: this.png.readUInt32BE(16), height: this.png.readUInt32BE(20) }
      : { width: 0, height: 0 };
  }

  setTemplateImage(template: boolean): void {
    this.template = template;
  }

  isTemplateImage(): boolean {
    return this.template;
  }

  /** Returns the same image, because it is never drawn. */
  resize(): HostNativeImage {
    return new HostNativeImage(this.source, this.png);
  }

  /** Representations for other scale factors are accepted and not needed. */
  addRepresentation(): void {
    // Nothing is drawn.
  }
}

function fromBuffer(png: Buffer): HostNativeImage {
  return new HostNativeImage(createHash('sha256').update(png).digest('hex').slice(0, 12), png);
}

/** `nativeImage`. A file that does not exist gives an empty image, as in Electron. */
export const nativeImage = loud('nativeImage', {
  createEmpty: () => new HostNativeImage('', Buffer.alloc(0)),
  createFromPath: (path: string) =>
    existsSync(path)
      ? new HostNativeImage(basename(path), readFileSync(path))
      : new HostNativeImage('', Buffer.alloc(0)),
  createFromBuffer: fromBuffer,
  createFromDataURL: (url: string) => fromBuffer(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')),
});
