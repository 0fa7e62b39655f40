import type { DateOrder, DateOrderReading } from '../../../shared/import.ts';
import { readFirst } from '../first-rows.ts';
import type { RowSource } from '../ports.ts';
import { ownCopy, printable } from '../text.ts';
import { TimeZone } from '../times/time-zone.ts';
import { fittingIn, readingsOf } from '../times/time-column.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { TableLayout } from './table-layout.ts';

/** How far a file is looked through, and for how long. */
export interface ScanLimits {
  bytes: number;
  ms: number;
}

/** A date whose parts may stand in several orders, anywhere in a value. */
const OPEN_DATE = /(?<![\d/.-])\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)/;
/** So many days that all say the same are enough. */
const DAYS_ENOUGH = 20;
/** Dates that are told apart: more than a century of them. */
const DATES_KEPT = 50_000;
/** The clock is looked at once in so many rows. */
const ROWS_PER_LOOK = 1000;

/** What the dates of a column say, as far as they were looked at. */
export interface OrderFound {
  /** The orders that are still open, or the one that is meant. */
  orders: DateOrder[];
  /** How many dates have another order than the one that is meant, and the first of them. */
  others: { count: number; example: string } | null;
  /** How the first date that differs would be read in each order that is still open; empty where all are the same in all of them. */
  readings: DateOrderReading[];
  /** How many rows were looked at; null for all of the file. */
  rows: number | null;
}

/**
 * Looks further for a date that tells the orders of a column apart, in a file whose first rows do not. `checkpoint` is called between short
 * steps and may throw to stop.
 */
export async function scanDateOrder(
  source: RowSource,
  { firstLine }: TableLayout,
  column: number,
  open: readonly DateOrder[],
  zone: string,
  limits: ScanLimits,
  checkpoint: () => void,
): Promise<OrderFound> {
  const until = performance.now() + limits.ms;
  const seen = new Set<string>();
  const days = new OrderVotes(open);
  // Probing must not count as a time of the file that needed the zone.
  const probe = new TimeZone(zone);
  let differing: string | null = null;
  let rows = 0;
  const whole = await readFirst(
    source,
    {
      row: (cells, line) => {
        if (line < firstLine) return;
        rows += 1;
        const date = OPEN_DATE.exec(cells[column] ?? '')?.[0];
        if (date === undefined || seen.has(date) || seen.size >= DATES_KEPT) return;
        seen.add(ownCopy(date));
        days.add(date);
        if (differing === null && readingsOf(date, open, probe).length > 0) differing = ownCopy(date);
      },
      reject: () => (rows += 1),
    },
    (bytes) => {
      if (rows % ROWS_PER_LOOK !== 0) return false;
      checkpoint();
      return bytes >= limits.bytes || days.isClear(DAYS_ENOUGH) || performance.now() >= until;
    },
  );
  const { orders, others } = days.result();
  const readings = differing === null || orders.length < 2 ? [] : readingsOf(differing, orders, probe);
  return { orders, others, readings, rows: whole ? null : rows };
}

/** Which orders the dates exist in that do not exist in all of them. */
class OrderVotes {
  readonly #open: readonly DateOrder[];
  readonly #telling: { date: string; fits: DateOrder[] }[] = [];

  constructor(open: readonly DateOrder[]) {
    this.#open = open;
  }

  add(date: string): void {
    const fits = fittingIn(date, this.#open);
    if (fits.length > 0 && fits.length < this.#open.length) this.#telling.push({ date, fits });
  }

  /** Whether at least so many dates leave one order only, the same for all. */
  isClear(least: number): boolean {
    return this.#telling.length >= least && this.#inAll().length === 1;
  }

  result(): Pick<OrderFound, 'orders' | 'others'> {
    const inAll = this.#inAll();
    if (inAll.length > 0) return { orders: inAll, others: null };
    // Dates of several orders: that of most of them is meant, and the others are refused.
    const counts = this.#open.map((order) => this.#telling.filter(({ fits }) => fits.includes(order)).length);
    const most = Math.max(...counts);
    const orders = this.#open.filter((_, index) => counts[index] === most);
    const [order] = orders;
    const others = this.#telling.filter(({ fits }) => order !== undefined && !fits.includes(order));
    const example = printable(others[0]?.date ?? '', NAME_CHARS);
    return { orders, others: orders.length === 1 ? { count: others.length, example } : null };
  }

  /** The orders in which all of the dates exist. */
  #inAll(): DateOrder[] {
    return this.#open.filter((order) => this.#telling.every(({ fits }) => fits.includes(order)));
  }
}
