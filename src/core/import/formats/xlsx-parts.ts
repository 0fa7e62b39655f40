import { AppError } from '../../errors.ts';
import type { ByteInput } from './byte-input.ts';
import type { TableFile } from './table.ts';
import { utf8Of } from './decode-text.ts';
import { parseXml } from './xml-stream.ts';
import type { XmlListener } from './xml-stream.ts';

/** The numbers of formats for dates and times that every program knows (ECMA-376 part 1, 18.8.30). */
const DATE_FORMATS: readonly [number, number][] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** `[h]:mm:ss`, which every program knows. */
const ELAPSED_FORMAT = 46;

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
  /** The names of the relations of sheets with cells: a chart is a sheet, too. */
  readonly sheets = new Set<string>();

  open(name: string, { Id, Target, Type = '' }: Readonly<Record<string, string>>): void {
    if (name !== 'Relationship' || Id === undefined || Target === undefined) return;
    this.targets.set(Id, Target);
    const kind = Type.slice(Type.lastIndexOf('/') + 1);
    this.kinds.set(kind, Target);
    if (kind === 'worksheet') this.sheets.add(Id);
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

/** What a number is shown as. `elapsed`: as hours, minutes and seconds that went by, beyond a day. */
export type NumberStyle = 'number' | 'date' | 'elapsed';

/** A format of ids with leading zeros. */
const ZEROS = /^0{2,50}$/;

/** Which styles of cells show a number as a date or time. */
export class StylesListener implements XmlListener {
  readonly #formats = new Map<number, NumberStyle>();
  readonly #digits = new Map<number, number>();
  readonly #styles: number[] = [];
  #inStyles = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const id = Number(attributes['numFmtId'] ?? 0);
    if (name === 'numFmt') {
      const code = attributes['formatCode'] ?? '';
      this.#formats.set(id, styleOf(code));
      if (ZEROS.test(code)) this.#digits.set(id, code.length);
    } else if (name === 'cellXfs') this.#inStyles = true;
    else if (name === 'xf' && this.#inStyles) this.#styles.push(id);
  }

  close(name: string): void {
    if (name === 'cellXfs') this.#inStyles = false;
  }

  /** How many digits a whole number has at least, as `00000000` shows 123 as 00000123; 0 for any. */
  digitsOf(style: number): number {
    return this.#digits.get(this.#styles[style] ?? -1) ?? 0;
  }

  styleOf(style: number): NumberStyle {
    const format = this.#styles[style];
    if (format === undefined) return 'number';
    const known = this.#formats.get(format);
    if (known !== undefined) return known;
    if (format === ELAPSED_FORMAT) return 'elapsed';
    return DATE_FORMATS.some(([least, most]) => format >= least && format <= most) ? 'date' : 'number';
  }
}

/** What a format shows: what is quoted, escaped or in brackets (colours, currencies) says nothing of dates. */
function styleOf(code: string): NumberStyle {
  const bare = code
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/[_*]./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  // The first of up to four formats is that of positive numbers.
  const first = (bare.split(';')[0] ?? '').replace(/general/gi, '');
  if (!/[ymdhs]/i.test(first)) return 'number';
  // What is in brackets counts beyond a day, unless there is a date beside it.
  return /\[(?:h+|m+|s+)\]/i.test(first) && !/[yd]/i.test(first) ? 'elapsed' : 'date';
}

/** Characters that XML cannot hold are written as `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Reads a part of a workbook to its end. */
export async function readPart(file: TableFile, input: ByteInput, listener: XmlListener): Promise<void> {
  const pieces = parseXml(file, 'XLSX', utf8Of(input), listener);
  while ((await pieces.next()).done !== true);
}
