import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { PAGE_BYTES } from './workspace-header.ts';

/*
 * The tree of a table (sqlite.org/fileformat.html#b_tree_pages) has its rows in leaves, which branches lead to. Where a branch does not read,
 * hundreds of leaves cannot be reached, and every row in them is whole. They are found by looking at all pages, and get a new branch.
 */

/** A table with row ids, as the schema has it. */
export interface RowidTable {
  root: number;
  /** How many columns it has; rows of before a column was added have fewer. */
  columns: number;
}

const BRANCH = 0x05;
const LEAF = 0x0d;
const BRANCH_HEAD = 12;
const LEAF_HEAD = 8;
/** Positions in the head of a page. */
const CELLS = 3;
const CONTENT = 5;
const LAST_CHILD = 8;
/** Positions in the head of the file. */
const PAGE_COUNT = 28;
const FREE_LIST = 32;
const FILE_HEAD = 100;
/** An entry of a branch: its place, the page of the child, and the highest row id in it as a number of nine bytes at the most. */
const MOST_CHILDREN = Math.floor((PAGE_BYTES - BRANCH_HEAD) / (2 + 4 + 9));
const VARINT_BYTES = 9;
/** So many pages are looked at between two looks at how far it is. */
const PAGES_AT_ONCE = 512;

/** A page of a tree that does not read. The row ids below it are above `low` and not above `high`. */
interface Hole {
  page: number;
  table: RowidTable;
  low: bigint;
  high: bigint;
}

interface Leaf {
  page: number;
  first: bigint;
  last: bigint;
  /** Of its first row. */
  columns: number;
}

/** Told again and again how many pages of how many were looked at; what it throws ends the looking. */
export type OnPages = (done: number, total: number) => void;

/** How many leaves there are that no branch leads to. `tables`: all tables with row ids. */
export function countLostLeaves(path: string, tables: readonly RowidTable[], onPages: OnPages): number {
  const file = new PageFile(path, 'r');
  try {
    return [...lostLeaves(file, tables, onPages).values()].reduce((sum, leaves) => sum + leaves.length, 0);
  } finally {
    file.close();
  }
}

/** Gives leaves that no branch leads to a new one, in a file that no process has open. `tables`: all tables with row ids. */
export function mendBranches(path: string, tables: readonly RowidTable[], onPages: OnPages): void {
  const file = new PageFile(path, 'r+');
  try {
    for (const [hole, leaves] of lostLeaves(file, tables, onPages)) attach(file, hole, leaves);
    file.writeCount();
  } finally {
    file.close();
  }
}

/** The leaves that no branch leads to, by the place at which they can be attached. */
function lostLeaves(file: PageFile, tables: readonly RowidTable[], onPages: OnPages): Map<Hole, Leaf[]> {
  const found = new Map<Hole, Leaf[]>();
  const reached = new Uint8Array(file.count + 1);
  // The trees are walked first, then what is in none of them is looked at: each page is read once.
  let looked = 0;
  const onPage = (): void => {
    if (looked % PAGES_AT_ONCE === 0) onPages(Math.min(looked, file.count), file.count);
    looked += 1;
  };
  // What a free page holds was deleted: without the list of them it cannot be told from what is lost.
  const holes = markFree(file, reached) ? tables.flatMap((table) => walk(file, table, reached, onPage)) : [];
  if (holes.length === 0) return found;
  for (let page = 2; page <= file.count; page += 1) {
    if (reached[page] === 1) continue;
    onPage();
    const leaf = leafAt(file.read(page), page);
    const hole = leaf && holeFor(leaf, holes);
    if (!leaf || !hole) continue;
    const known = found.get(hole);
    if (known) known.push(leaf);
    else found.set(hole, [leaf]);
  }
  for (const [hole, leaves] of found) found.set(hole, apart(leaves));
  return found;
}

/** The pages of a file by their numbers from 1. */
class PageFile {
  readonly #handle: number;
  readonly #bytes = Buffer.alloc(PAGE_BYTES);
  count: number;

  constructor(path: string, mode: 'r' | 'r+') {
    this.#handle = openSync(path, mode);
    this.count = Math.floor(fstatSync(this.#handle).size / PAGE_BYTES);
  }

  /** The content of a page, until the next one is read. */
  read(page: number): Buffer {
    this.#bytes.fill(0);
    readSync(this.#handle, this.#bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
    return this.#bytes;
  }

  write(page: number, bytes: Buffer): void {
    writeSync(this.#handle, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  }

  /** The number of a new page at the end. */
  add(): number {
    this.count += 1;
    return this.count;
  }

  /** Says in the head of the file how many pages there are now. */
  writeCount(): void {
    const first = Buffer.from(this.read(1));
    first.writeUInt32BE(this.count, PAGE_COUNT);
    this.write(1, first);
  }

  close(): void {
    closeSync(this.#handle);
  }
}

/** Marks the pages that are free; false where the list of them does not read. */
function markFree(file: PageFile, reached: Uint8Array): boolean {
  let trunk = file.read(1).readUInt32BE(FREE_LIST);
  while (trunk !== 0) {
    if (trunk < 2 || trunk > file.count || reached[trunk] === 1) return false;
    reached[trunk] = 1;
    const bytes = file.read(trunk);
    const leaves = bytes.readUInt32BE(4);
    if (leaves > PAGE_BYTES / 4 - 2) return false;
    for (let at = 0; at < leaves; at += 1) {
      const page = bytes.readUInt32BE(8 + 4 * at);
      if (page < 2 || page > file.count) return false;
      reached[page] = 1;
    }
    trunk = bytes.readUInt32BE(0);
  }
  return true;
}

/** Marks the pages of a tree that can be reached; returns those that do not read. */
function walk(file: PageFile, table: RowidTable, reached: Uint8Array, onPage: () => void): Hole[] {
  const holes: Hole[] = [];
  const whole = { low: -(2n ** 63n) - 1n, high: 2n ** 63n - 1n };
  const open: Hole[] = [{ page: table.root, table, ...whole }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { page, low, high } = place;
    if (page < 1 || page > file.count || reached[page] === 1) continue;
    reached[page] = 1;
    onPage();
    const bytes = file.read(page);
    const start = page === 1 ? FILE_HEAD : 0;
    if (bytes[start] === LEAF) continue;
    const children = bytes[start] === BRANCH ? childrenOf(bytes, start, file.count) : null;
    if (children === null) {
      holes.push(place);
      continue;
    }
    let from = low;
    for (const { page: child, last } of children.entries) {
      open.push({ page: child, table, low: from, high: last });
      from = last;
    }
    open.push({ page: children.rest, table, low: from, high });
  }
  return holes;
}

/** What a branch leads to: pages with the highest row id of each, and the page of what is above; null where it does not read. */
function childrenOf(
  bytes: Buffer,
  start: number,
  pages: number,
): { entries: { page: number; last: bigint }[]; rest: number } | null {
  const isPage = (page: number): boolean => page >= 2 && page <= pages;
  const rest = bytes.readUInt32BE(start + LAST_CHILD);
  const entries: { page: number; last: bigint }[] = [];
  const cells = bytes.readUInt16BE(start + CELLS);
  for (let at = 0; at < cells; at += 1) {
    const cell = cellAt(bytes, start + BRANCH_HEAD, at);
    if (cell === null) return null;
    const page = bytes.readUInt32BE(cell);
    const last = varintAt(bytes, cell + 4).value;
    const before = entries.at(-1)?.last;
    if (!isPage(page) || (before !== undefined && last <= before)) return null;
    entries.push({ page, last });
  }
  return isPage(rest) ? { entries, rest } : null;
}

/** Where an entry of a page begins; null for a place outside of it. */
function cellAt(bytes: Buffer, places: number, at: number): number | null {
  const place = places + 2 * at;
  if (place + 2 > PAGE_BYTES) return null;
  const cell = bytes.readUInt16BE(place);
  return cell >= places && cell + 4 <= PAGE_BYTES ? cell : null;
}

/** A leaf with rows in their order; null for any other page. */
function leafAt(bytes: Buffer, page: number): Leaf | null {
  const cells = bytes.readUInt16BE(CELLS);
  if (bytes[0] !== LEAF || cells === 0) return null;
  let first: bigint | null = null;
  let last: bigint | null = null;
  let columns = 0;
  for (let at = 0; at < cells; at += 1) {
    const cell = cellAt(bytes, LEAF_HEAD, at);
    if (cell === null) return null;
    const size = varintAt(bytes, cell);
    const id = varintAt(bytes, size.end);
    if (last !== null && id.value <= last) return null;
    last = id.value;
    if (first !== null) continue;
    first = id.value;
    columns = columnsAt(bytes, id.end);
  }
  return first === null || last === null ? null : { page, first, last, columns };
}

/** How many columns a row has, by the head of its record; 0 where that does not read. */
function columnsAt(bytes: Buffer, record: number): number {
  const head = varintAt(bytes, record);
  const end = record + Number(head.value);
  let columns = 0;
  let at = head.end;
  while (at < end && at < PAGE_BYTES) {
    at = varintAt(bytes, at).end;
    columns += 1;
  }
  return at === end ? columns : 0;
}

/** A number of one to nine bytes, as a signed number of 64 bits, and where it ends. */
function varintAt(bytes: Buffer, at: number): { value: bigint; end: number } {
  let value = 0n;
  for (let place = 0; place < VARINT_BYTES; place += 1) {
    const byte = BigInt(bytes[at + place] ?? 0);
    const isLast = place === VARINT_BYTES - 1;
    value = isLast ? (value << 8n) | byte : (value << 7n) | (byte & 0x7fn);
    if (isLast || byte < 0x80n) return { value: BigInt.asIntN(64, value), end: at + place + 1 };
  }
  throw new Error('unreachable');
}

/** The one place where a leaf can belong, by its row ids and its columns; null where that cannot be told. */
function holeFor(leaf: Leaf, holes: readonly Hole[]): Hole | null {
  const fitting = holes.filter(
    ({ low, high, table }) =>
      leaf.first > low && leaf.last <= high && leaf.columns > 0 && leaf.columns <= table.columns,
  );
  const exact = fitting.filter(({ table }) => table.columns === leaf.columns);
  const [only, ...others] = exact.length > 0 ? exact : fitting;
  return only !== undefined && others.length === 0 ? only : null;
}

/** Leaves in their order; of those that have the same row ids as one before, none. */
function apart(leaves: Leaf[]): Leaf[] {
  const kept: Leaf[] = [];
  for (const leaf of leaves.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = kept.at(-1);
    if (!before || leaf.first > before.last) kept.push(leaf);
  }
  return kept;
}

/** Puts leaves where a page does not read. */
function attach(file: PageFile, hole: Hole, leaves: readonly Leaf[]): void {
  let level: { page: number; last: bigint }[] = [...leaves];
  while (level.length > MOST_CHILDREN) {
    const groups = Math.ceil(level.length / MOST_CHILDREN);
    const size = Math.ceil(level.length / groups);
    level = Array.from({ length: Math.ceil(level.length / size) }, (_, group) => {
      const children = level.slice(group * size, (group + 1) * size);
      const page = file.add();
      file.write(page, branchOf(children));
      return { page, last: (children.at(-1) as { last: bigint }).last };
    });
  }
  const [only] = level;
  // A branch has two children at the least: the only one takes its place.
  if (level.length === 1 && only) file.write(hole.page, Buffer.from(file.read(only.page)));
  else file.write(hole.page, branchOf(level));
}

function branchOf(children: readonly { page: number; last: bigint }[]): Buffer {
  const bytes = Buffer.alloc(PAGE_BYTES);
  const entries = children.slice(0, -1);
  let content = PAGE_BYTES;
  entries.forEach(({ page, last }, at) => {
    const key = varint(last);
    content -= 4 + key.length;
    bytes.writeUInt32BE(page, content);
    key.copy(bytes, content + 4);
    bytes.writeUInt16BE(content, BRANCH_HEAD + 2 * at);
  });
  bytes[0] = BRANCH;
  bytes.writeUInt16BE(entries.length, CELLS);
  bytes.writeUInt16BE(content, CONTENT);
  bytes.writeUInt32BE(children.at(-1)?.page ?? 0, LAST_CHILD);
  return bytes;
}

/** A number of 64 bits in one to nine bytes. */
function varint(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, value);
  if (rest >= 1n << 56n) {
    const bytes = [Number(rest & 0xffn)];
    rest >>= 8n;
    for (let place = 0; place < VARINT_BYTES - 1; place += 1) {
      bytes.unshift(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return Buffer.from(bytes);
  }
  const bytes = [Number(rest & 0x7fn)];
  for (rest >>= 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return Buffer.from(bytes);
}
