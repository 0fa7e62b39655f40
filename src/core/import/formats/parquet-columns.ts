import { parquetSchema } from 'hyparquet';
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { textOfBytes } from './bytes-text.ts';

/** A column of the table, and how its values are written. */
export interface ParquetColumn {
  name: string;
  /** Whether a value is a list of structures, which is kept as one text. */
  holdsRecords: boolean;
  /** The value of a row as a text; empty for null. */
  textOf: (row: Record<string, unknown>) => string;
}

/** Stands behind the name of a column for each column before it that is called so. */
const AGAIN = '\u0001';
const DAY_MS = 86_400_000;
/** How many there are in a millisecond. */
const PER_MS = { MILLIS: 1n, MICROS: 1_000n, NANOS: 1_000_000n } as const;
/** Parts of a number of 32 bits that tell it from its neighbours, at the least and the most. */
const FLOAT_DIGITS = [6, 9] as const;

/**
 * The columns of a file; a field of a structure is one of its own. Prepares the metadata so that the library passes on what it would
 * change: decimal numbers beyond the digits of a JavaScript number, all columns of one name, types that it refuses.
 */
export function columnsOf(metadata: FileMetaData): ParquetColumn[] {
  tellApart(metadata);
  return parquetSchema(metadata).children.flatMap((child) => columnsWithin(child, '', (row) => row));
}

type Owner = (row: Record<string, unknown>) => unknown;

function columnsWithin(tree: SchemaTree, prefix: string, ownerOf: Owner): ParquetColumn[] {
  const { element, children } = tree;
  const key = element.name;
  const name = prefix + key.replaceAll(AGAIN, '');
  const valueOf: Owner = (row) => memberOf(ownerOf(row), key);
  if (isStructure(tree)) return children.flatMap((child) => columnsWithin(child, `${name}.`, valueOf));
  const write = children.length > 0 || element.repetition_type === 'REPEATED' ? textOf : writerOf(element);
  return [
    {
      name,
      holdsRecords: holdsRecords(tree),
      textOf: (row) => {
        const value = valueOf(row);
        return value === null || value === undefined ? '' : write(value);
      },
    },
  ];
}

const memberOf = (owner: unknown, key: string): unknown =>
  typeof owner === 'object' && owner !== null ? (owner as Record<string, unknown>)[key] : null;

/** Whether it has fields, each once. */
const isStructure = ({ element, children }: SchemaTree): boolean =>
  children.length > 0 &&
  element.repetition_type !== 'REPEATED' &&
  element.converted_type === undefined &&
  element.logical_type === undefined;

/** Whether it is a list whose items have several fields. */
const holdsRecords = (tree: SchemaTree): boolean =>
  tree.children.length > 0 &&
  leavesOf(tree) > 1 &&
  tree.element.converted_type !== 'MAP' &&
  tree.element.logical_type?.type !== 'MAP';

/** Gives columns of one name names of their own: the library finds the values of a column by its name. */
function tellApart(metadata: FileMetaData): void {
  const names = new Set<string>();
  let leaf = 0;
  for (const child of parquetSchema(metadata).children) {
    const { name } = child.element;
    let own = name;
    while (names.has(own)) own += AGAIN;
    names.add(own);
    const leaves = leavesOf(child);
    if (own !== name) {
      child.element.name = own;
      for (const { columns } of metadata.row_groups)
        for (const { meta_data: chunk } of columns.slice(leaf, leaf + leaves))
          if (chunk) chunk.path_in_schema = [own, ...chunk.path_in_schema.slice(1)];
    }
    leaf += leaves;
  }
}

const leavesOf = ({ children }: SchemaTree): number =>
  children.length === 0 ? 1 : children.reduce((sum, child) => sum + leavesOf(child), 0);

/** How the values of a column that is no list are written. Takes types from the element that the library would read in another way. */
function writerOf(element: SchemaElement): (value: unknown) => string {
  const { logical_type: logical, converted_type: converted } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    withoutType(element);
    return (value) => decimalText(wholeOf(value), scale);
  }
  if (converted === 'INTERVAL' || logical?.type === 'INTERVAL') {
    withoutType(element);
    return (value) => (value instanceof Uint8Array ? intervalText(value) : textOf(value));
  }
  if (converted === 'BSON' || logical?.type === 'BSON') {
    withoutType(element);
    return textOf;
  }
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS' || converted === 'TIME_MICROS') {
    const unit = logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
    return (value) => clockText(Number(wholeOf(value) / PER_MS[unit]));
  }
  if (converted === 'DATE' || logical?.type === 'DATE') {
    return (value) => (isDate(value) ? value.toISOString().slice(0, 10) : textOf(value));
  }
  // Without a time zone a time is what a clock shows, and is written without one.
  if (logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC) {
    return (value) =>
      isDate(value)
        ? value
            .toISOString()
            .replace('T', ' ')
            .replace(/(\.000)?Z$/, '')
        : textOf(value);
  }
  if (element.type === 'FLOAT')
    return (value) => (typeof value === 'number' ? floatText(value) : textOf(value));
  return textOf;
}

function withoutType(element: SchemaElement): void {
  delete element.converted_type;
  delete element.logical_type;
}

/** A whole number: as such, or as the bytes of one, the highest first. */
function wholeOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (!(value instanceof Uint8Array)) return BigInt(Math.trunc(Number(value)));
  let whole = 0n;
  for (const byte of value) whole = whole * 256n + BigInt(byte);
  return BigInt.asIntN(value.length * 8, whole);
}

/** A whole number with a point before its last `scale` digits, without zeros at its end. */
function decimalText(whole: bigint, scale: number): string {
  if (scale <= 0) return String(whole * 10n ** BigInt(-scale));
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return `${whole < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Months, days and milliseconds: as a clock where there are no months, else as ISO 8601 has it. */
function intervalText(bytes: Uint8Array): string {
  if (bytes.length !== 12) return textOfBytes(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [months, days, ms] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  return months === 0 ? clockText(days * DAY_MS + ms) : `P${months}M${days}DT${ms / 1000}S`;
}

/** Milliseconds as hours, minutes and seconds. */
function clockText(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = ms % 1000;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`;
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${fraction}`;
}

/** A number of 32 bits with as few digits as tell it from others: 0.1, not 0.10000000149011612. */
function floatText(value: number): string {
  for (let digits: number = FLOAT_DIGITS[0]; digits <= FLOAT_DIGITS[1]; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

const isDate = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return isDate(value) ? value.toISOString() : '';
  if (value instanceof Uint8Array) return textOfBytes(value);
  if (typeof value === 'object') {
    return JSON.stringify(value, (_key, each: unknown) => {
      if (typeof each === 'bigint') return each.toString();
      return each instanceof Uint8Array ? textOfBytes(each) : each;
    });
  }
  return String(value);
}
