import { AppError } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';
import type { TableFile } from './table.ts';
import { parseXml } from './xml-stream.ts';
import type { XmlListener } from './xml-stream.ts';

/** The numbers of formats for dates and times that every program knows (ECMA-376 part 1, 18.8.30). */
const DATE_FORMATS: readonly [number, number][] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** A sheet as the workbook names it, and where the relations of the workbook say that it is. */
export interface SheetName {
  name: string;
  relation: string;
  hidden: boolean;
}

/** The sheets of a workbook, and whether its days are counted from 1904. */
export class WorkbookListener implements XmlListener {
  readonly sheets: SheetName[] = [];
  from1904 = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'workbookPr') this.from1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
    if (name !== 'sheet') return;
    const relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
    const hidden = (attributes['state'] ?? 'visible') !== 'visible';
    this.sheets.push({ name: attributes['name'] ?? '', relation, hidden });
  }

  close(): void {
    // Nothing ends that matters.
  }
}

/** Where the parts of a workbook are. */
export class RelationsListener implements XmlListener {
  /** By the names of their relations. */
  readonly targets = new Map<string, string>();
  /** By what they are: `sharedStrings`, `styles`. */
  readonly kinds = new Map<string, string>();

  open(name: string, { Id, Target, Type = '' }: Readonly<Record<string, string>>): void {
    if (name !== 'Relationship' || Id === undefined || Target === undefined) return;
    this.targets.set(Id, Target);
    this.kinds.set(Type.slice(Type.lastIndexOf('/') + 1), Target);
  }

  close(): void {
    // Nothing ends that matters.
  }
}

/** The texts that cells name by their numbers. Throws `import.workbook_too_large` once they are more than the limit. */
export class TextsListener implements XmlListener {
  readonly texts: string[] = [];
  readonly #file: TableFile;
  #chars = 0;
  #text: string | null = null;
  #inText = false;
  /** Within the reading aid of a Chinese or Japanese text, which is no part of it. */
  #phonetic = 0;

  constructor(file: TableFile) {
    this.#file = file;
  }

  open(name: string): void {
    if (name === 'si') this.#text = '';
    else if (name === 'rPh') this.#phonetic += 1;
    else if (name === 't') this.#inText = this.#phonetic === 0;
  }

  close(name: string): void {
    if (name === 't') this.#inText = false;
    else if (name === 'rPh') this.#phonetic -= 1;
    else if (name === 'si') {
      const text = decodeEscapes(this.#text ?? '');
      this.#chars += text.length;
      const { path, limits } = this.#file;
      if (this.#chars > limits.sharedChars) {
        throw new AppError('import.workbook_too_large', { path, limit: limits.sharedChars });
      }
      this.texts.push(text);
      this.#text = null;
    }
  }

  text(text: string): void {
    if (this.#inText && this.#text !== null) this.#text += text;
  }
}

/** Which styles of cells show a number as a date or time. */
export class StylesListener implements XmlListener {
  readonly #formats = new Map<number, boolean>();
  readonly #styles: number[] = [];
  #inStyles = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const id = Number(attributes['numFmtId'] ?? 0);
    if (name === 'numFmt') this.#formats.set(id, isDateFormat(attributes['formatCode'] ?? ''));
    else if (name === 'cellXfs') this.#inStyles = true;
    else if (name === 'xf' && this.#inStyles) this.#styles.push(id);
  }

  close(name: string): void {
    if (name === 'cellXfs') this.#inStyles = false;
  }

  isDate(style: number): boolean {
    const format = this.#styles[style];
    if (format === undefined) return false;
    return (
      this.#formats.get(format) ?? DATE_FORMATS.some(([least, most]) => format >= least && format <= most)
    );
  }
}

/** Whether a format shows a date or a time: what is quoted, escaped or in brackets (colours, currencies) says nothing of that. */
function isDateFormat(code: string): boolean {
  const bare = code
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/[_*]./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  // The first of up to four formats is that of positive numbers.
  return /[ymdhs]/i.test((bare.split(';')[0] ?? '').replace(/general/gi, ''));
}

/** Characters that XML cannot hold are written as `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Reads a part of a workbook to its end. */
export async function readPart(file: TableFile, input: ByteInput, listener: XmlListener): Promise<void> {
  const pieces = parseXml(file, 'XLSX', input, 'utf-8', listener);
  while ((await pieces.next()).done !== true);
}
