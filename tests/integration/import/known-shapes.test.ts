import { expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { runImport } from '../../../src/core/import/run-import.ts';
import { connect } from '../../../src/core/store/database.ts';
import { ImportStore } from '../../../src/core/store/import-store.ts';
import type { ColumnRole } from '../../../src/shared/import.ts';
import { TestWorkspace } from './support.ts';

const ROWS = 1000;
const USERS = 60;
const START = Date.UTC(2025, 4, 2, 8, 3, 7);

/** The n-th row of a log: a user, a time, and something to choose from. */
class Row {
  readonly at: number;
  readonly time: number;
  readonly user: number;

  constructor(at: number) {
    this.at = at;
    this.user = (at * 7) % USERS;
    this.time = START + at * 97_411;
  }

  of<T>(choices: readonly T[]): T {
    return choices[(this.at * 5 + (this.at >> 3)) % choices.length] as T;
  }

  get seconds(): number {
    return Math.floor(this.time / 1000);
  }

  get iso(): string {
    return new Date(this.time).toISOString();
  }

  get plain(): string {
    return this.iso.slice(0, 19).replace('T', ' ');
  }

  get uuid(): string {
    return `${((this.at * 2654435761) % 2 ** 32).toString(16).padStart(8, '0')}-4a1c-4d2e-9f00-${this.at.toString(16).padStart(12, '0')}`;
  }
}

const rows = Array.from({ length: ROWS }, (_, at) => new Row(at));
const lines = (header: string | null, line: (row: Row) => string): string =>
  [...(header === null ? [] : [header]), ...rows.map(line)].join('\n') + '\n';
const jsonLines = (value: (row: Row) => unknown): string =>
  rows.map((row) => JSON.stringify(value(row))).join('\n');

interface Shape {
  text: string;
  /** The columns that have these roles: by name, or by number of a file without names. */
  roles: Partial<Record<ColumnRole, string>>;
  users?: number;
  /** What every row is, where no column says it. */
  action?: string;
  added?: number;
}

const SHAPES: Record<string, Shape> = {
  Retailrocket: {
    text: lines('timestamp,visitorid,event,itemid,transactionid', (row) => {
      const event = row.of(['view', 'view', 'addtocart', 'transaction']);
      return `${row.time},${100_000 + row.user},${event},${row.of([355908, 248676, 318965])},${event === 'transaction' ? row.at : ''}`;
    }),
    roles: { userId: 'visitorid', time: 'timestamp', action: 'event', item: 'itemid' },
  },
  'Taobao UserBehavior, without a header': {
    text: lines(
      null,
      (row) =>
        `${1 + row.user},${row.of([2268318, 2333346, 2576651])},${row.of([2520377, 149192])},${row.of(['pv', 'pv', 'buy', 'cart', 'fav'])},${row.seconds}`,
    ),
    roles: { userId: '#1', action: '#4', time: '#5' },
  },
  REES46: {
    text: lines(
      'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session',
      (row) =>
        `${row.plain} UTC,${row.of(['view', 'cart', 'purchase'])},${row.of([44600062, 3900821])},2103807459595387724,${row.of(['appliances.environment.water_heater', ''])},${row.of(['aqua', 'shiseido', ''])},35.79,${541312140 + row.user},${row.uuid}`,
    ),
    roles: { userId: 'user_id', time: 'event_time', action: 'event_type', item: 'product_id' },
  },
  'OTTO, JSON lines': {
    text: Array.from({ length: 100 }, (_, session) =>
      JSON.stringify({
        session,
        events: rows.slice(session * 10, session * 10 + 10).map((row) => ({
          aid: row.of([1517085, 1563459]),
          ts: row.time,
          type: row.of(['clicks', 'carts', 'orders']),
        })),
      }),
    ).join('\n'),
    roles: { userId: 'session', time: 'ts', action: 'type', item: 'aid' },
    users: 100,
  },
  'YOOCHOOSE clicks': {
    text: lines(
      null,
      (row) => `${row.user + 1},${row.iso},${row.of([214536502, 214577561])},${row.of(['0', 'S', '3'])}`,
    ),
    roles: { userId: '#1', time: '#2', item: '#3' },
    action: 'click',
  },
  'YOOCHOOSE buys': {
    text: lines(
      null,
      (row) => `${row.user + 1},${row.iso},${row.of([214536502, 214577561])},${row.of([0, 12462])},1`,
    ),
    roles: { userId: '#1', time: '#2', item: '#3' },
    action: 'buy',
  },
  'YOOCHOOSE clicks, with a header': {
    text: lines(
      'Session ID,Timestamp,Item ID,Category',
      (row) => `${row.user + 1},${row.iso},${row.of([214536502, 214577561])},${row.of(['0', 'S', '3'])}`,
    ),
    roles: { userId: 'Session ID', time: 'Timestamp', item: 'Item ID', theme: 'Category' },
    action: 'click',
  },
  'YOOCHOOSE clicks, as prepared for sequence models': {
    text: lines(
      'SessionId\tItemId\tTime',
      (row) => `${row.user + 1}\t${row.of([214536502, 214577561])}\t${row.seconds}.277`,
    ),
    roles: { userId: 'SessionId', time: 'Time', item: 'ItemId' },
    action: 'click',
  },
  'YOOCHOOSE buys, with a header': {
    text: lines(
      'session_id,timestamp,item_id,price,quantity',
      (row) => `${row.user + 1},${row.iso},${row.of([214536502, 214577561])},${row.of([0, 12462])},1`,
    ),
    roles: { userId: 'session_id', time: 'timestamp', item: 'item_id' },
    action: 'buy',
  },
  'MovieLens tags.csv': {
    text: lines(
      'userId,movieId,tag,timestamp',
      (row) => `${row.user + 1},${row.of([296, 306])},${row.of(['funny', 'time travel'])},${row.seconds}`,
    ),
    roles: { userId: 'userId', time: 'timestamp', item: 'movieId' },
    action: 'tag',
  },
  'MovieLens ratings.csv': {
    text: lines(
      'userId,movieId,rating,timestamp',
      (row) => `${row.user + 1},${row.of([296, 306])},${row.of(['5.0', '3.5'])},${row.seconds}`,
    ),
    roles: { userId: 'userId', time: 'timestamp', item: 'movieId' },
    action: 'rate',
  },
  'MovieLens ratings.dat': {
    text: lines(
      null,
      (row) => `${row.user + 1}::${row.of([1193, 661])}::${row.of(['5', '3'])}::${row.seconds}`,
    ),
    roles: { userId: '#1', time: '#4', item: '#2' },
    action: 'rate',
  },
  'Last.fm': {
    text: lines(
      null,
      (row) =>
        `user_${String(row.user + 1).padStart(6, '0')}\t${row.iso.slice(0, 19)}Z\t${row.of([row.uuid, ''])}\t${row.of(['Deep Dish', '坂本龍一'])}\t\t${row.of(['Composition 0919', 'Mc2'])} ${row.at % 90}`,
    ),
    roles: { userId: '#1', time: '#2', item: '#6', theme: '#4' },
    action: 'listen',
  },
  'GA4 in BigQuery, CSV': {
    text: lines(
      'event_date,event_timestamp,event_name,user_id,user_pseudo_id,device.category,geo.country',
      (row) =>
        `20250502,${row.time}000,${row.of(['page_view', 'session_start', 'purchase'])},,${1026454.4271112504 + row.user},mobile,China`,
    ),
    roles: { userId: 'user_pseudo_id', time: 'event_timestamp', action: 'event_name' },
  },
  'GA4 in BigQuery, JSON': {
    text: jsonLines((row) => ({
      event_date: '20250502',
      event_timestamp: `${row.time}000`,
      event_name: row.of(['page_view', 'purchase']),
      event_params: [{ key: 'page_location', value: { string_value: `https://x.cn/${row.of(['a', 'b'])}` } }],
      user_pseudo_id: `${1026454 + row.user}.4271112504`,
      items: [{ item_id: 'A' }, { item_id: 'B' }],
    })),
    roles: {
      userId: 'user_pseudo_id',
      time: 'event_timestamp',
      action: 'event_name',
      item: 'event_params.page_location',
    },
  },
  'Mixpanel, export': {
    text: jsonLines((row) => ({
      event: row.of(['Page Viewed', 'Order Completed']),
      properties: {
        time: row.seconds,
        distinct_id: `user-${row.user}`,
        $insert_id: row.uuid,
        $os: 'Android',
        product_id: row.of(['p1', 'p2']),
      },
    })),
    roles: {
      userId: 'properties.distinct_id',
      time: 'properties.time',
      action: 'event',
      item: 'properties.product_id',
    },
  },
  'Amplitude, export': {
    text: jsonLines((row) => ({
      $insert_id: row.uuid,
      amplitude_id: 1e11 + row.user,
      event_type: row.of(['view item', 'purchase']),
      event_time: `${row.plain}.000000`,
      server_upload_time: `${row.plain}.555000`,
      user_id: row.user % 2 === 0 ? `u${row.user}` : null,
      device_id: `d${row.user}`,
      event_properties: { price: 10 },
      session_id: row.time - 1000,
      uuid: row.uuid,
    })),
    roles: { userId: 'user_id', anonymousId: 'device_id', time: 'event_time', action: 'event_type' },
  },
  'Segment, JSON lines': {
    text: jsonLines((row) => ({
      type: 'track',
      messageId: row.uuid,
      anonymousId: `anon-${row.user}`,
      userId: row.user % 3 === 0 ? `u${row.user}` : null,
      event: row.of(['Product Viewed', 'Product Added', 'Order Completed']),
      properties: { product_id: row.of(['507f1', '507f2']), category: 'Games' },
      context: { ip: '8.8.8.8', library: { name: 'analytics.js' } },
      originalTimestamp: row.iso,
      receivedAt: row.iso,
      sentAt: row.iso,
      timestamp: row.iso,
    })),
    roles: {
      userId: 'userId',
      anonymousId: 'anonymousId',
      time: 'timestamp',
      action: 'event',
      item: 'properties.product_id',
    },
  },
  'PostHog, CSV': {
    text: lines(
      'uuid,event,properties,timestamp,team_id,distinct_id,elements_chain,created_at',
      (row) =>
        `${row.uuid},${row.of(['$pageview', 'sign up', '$autocapture'])},"{""$current_url"": ""https://x.cn/""}",${row.iso},1,user-${row.user},,${row.iso}`,
    ),
    roles: { userId: 'distinct_id', time: 'timestamp', action: 'event' },
  },
  Snowplow: {
    text: lines(
      'app_id,platform,etl_tstamp,collector_tstamp,dvce_created_tstamp,event,event_id,user_id,domain_userid,page_url',
      (row) =>
        `shop,web,${row.plain}.400,${row.plain}.123,${row.plain}.100,${row.of(['page_view', 'struct', 'page_ping'])},${row.uuid},,dom-${row.user},https://x.cn/${row.of(['a', 'b'])}`,
    ),
    roles: {
      userId: 'domain_userid',
      time: 'collector_tstamp',
      action: 'event',
      app: 'app_id',
      item: 'page_url',
    },
  },
  'Matomo, visits': {
    text: lines(
      'idVisit,visitorId,serverDatePretty,serverTimePretty,timestamp,type,url',
      (row) =>
        `${5000 + row.user},${(0xabc0000 + row.user).toString(16)},"Friday, May 2, 2025",${row.plain.slice(11)},${row.seconds},${row.of(['action', 'goal', 'download'])},https://x.cn/${row.of(['a', 'b'])}`,
    ),
    roles: { userId: 'visitorId', time: 'timestamp', action: 'type', item: 'url' },
  },
  AppsFlyer: {
    text: lines(
      'Attributed Touch Type,Install Time,Event Time,Event Name,Event Value,AppsFlyer ID,Customer User ID,Media Source,App ID',
      (row) =>
        `click,2025-04-30 10:00:00,${row.plain},${row.of(['af_purchase', 'af_add_to_cart', 'af_login'])},"{""af_price"":9}",1415211453000-${6513890 + row.user},,googleadwords_int,com.x.shop`,
    ),
    roles: { userId: 'AppsFlyer ID', time: 'Event Time', action: 'Event Name', app: 'App ID' },
  },
  'Sensors Analytics, JSON lines': {
    text: jsonLines((row) => ({
      distinct_id: `s${row.user}`,
      time: row.time,
      type: 'track',
      event: row.of(['ViewProduct', 'PayOrder']),
      project: 'default',
      properties: { $manufacturer: 'Huawei', product_id: row.of(['p1', 'p2']) },
    })),
    roles: { userId: 'distinct_id', time: 'time', action: 'event', item: 'properties.product_id' },
  },
  'pm4py, CSV': {
    text: lines(
      ',case:concept:name,concept:name,time:timestamp,org:resource',
      (row) =>
        `${row.at},${row.user + 1},${row.of(['register request', 'check ticket', 'decide'])},${row.plain}+01:00,${row.of(['Pete', 'Sue'])}`,
    ),
    roles: { userId: 'case:concept:name', time: 'time:timestamp', action: 'concept:name' },
  },
  'Disco, CSV': {
    text: lines(
      'Case ID,Activity,Resource,Complete Timestamp,Variant',
      (row) =>
        `case ${row.user},${row.of(['Create Purchase Requisition', 'Analyze Request', 'Pay'])},${row.of(['Kim', 'Ann'])},${row.plain.replaceAll('-', '/')}.000,Variant 1`,
    ),
    roles: { userId: 'Case ID', time: 'Complete Timestamp', action: 'Activity' },
  },
  'Celonis, CSV': {
    text: lines(
      '_CASE_KEY,ACTIVITY_EN,EVENTTIME,_SORTING,USER_NAME',
      (row) =>
        `8000${row.user},${row.of(['Create Purchase Order Item', 'Record Goods Receipt', 'Clear Invoice'])},${row.plain},${row.at % 40},${row.of(['ANNA', 'BEN'])}`,
    ),
    roles: { userId: '_CASE_KEY', time: 'EVENTTIME', action: 'ACTIVITY_EN' },
  },
  'XES of the BPI challenges': {
    text: `<?xml version="1.0" encoding="UTF-8"?><log xes.version="1849.2016">${Array.from(
      { length: 100 },
      (_, at) => {
        const events = rows
          .slice(at * 10, at * 10 + 10)
          .map(
            (row) =>
              `<event><string key="org:resource" value="User_${row.user}"/><string key="concept:name" value="${row.of(['A_Create Application', 'W_Call', 'O_Sent'])}"/><string key="EventOrigin" value="Application"/><date key="time:timestamp" value="${row.iso.replace('Z', '+00:00')}"/><string key="lifecycle:transition" value="complete"/></event>`,
          );
        return `<trace><string key="LoanGoal" value="Car"/><string key="concept:name" value="Application_${at}"/><float key="RequestedAmount" value="5000.0"/>${events.join('')}</trace>`;
      },
    ).join('')}</log>`,
    roles: { userId: 'case:concept:name', time: 'time:timestamp', action: 'concept:name' },
    users: 100,
  },
  'behavior_data of the predecessor, columns': {
    text: lines(
      'user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration',
      (row) =>
        `user_${row.user},${row.of(['browse', 'search', 'purchase'])},${row.plain},长城_哈弗H6,,汽车之家,,${row.at % 300}`,
    ),
    roles: {
      userId: 'user_id',
      time: 'timestamp',
      action: 'action',
      item: 'item_id',
      app: 'app_id',
      media: 'media_id',
      poi: 'poi_id',
      duration: 'duration',
    },
  },
  'behavior_data of the predecessor, texts': {
    text: lines(
      'user_id,timestamp,behavior_text',
      (row) => `user_${row.user},${row.plain},在汽车之家浏览长城哈弗H6，停留 ${row.at % 300} 秒`,
    ),
    roles: { userId: 'user_id', time: 'timestamp', text: 'behavior_text' },
  },
};

it.each(Object.keys(SHAPES))('%s is read without a click', async (name) => {
  const { text, roles, users = USERS, added = ROWS, action } = SHAPES[name] as Shape;
  const workspace = new TestWorkspace();
  const path = workspace.file('file', text);
  const now = Date.UTC(2026, 0, 1);
  const options = { path, kind: 'behaviours', timeZone: 'Asia/Shanghai' } as const;
  const preview = await previewImport(options, now);
  const found = Object.fromEntries(
    preview.columns.flatMap(({ name: column, role }) => (role in roles ? [[role, column]] : [])),
  );
  expect([preview.problem, preview.dateOrders, found]).toEqual([null, [], roles]);
  const db = connect(workspace.path);
  const report = await runImport({
    store: new ImportStore(db),
    workspacePath: workspace.path,
    options,
    onProgress: () => undefined,
    isCancelled: () => false,
    now: () => now,
  });
  db.close();
  if (action !== undefined) {
    expect(preview.impliedAction).toBe(action);
    expect(workspace.rows('SELECT action, count(*) AS n FROM behaviours')).toEqual([{ action, n: ROWS }]);
  }
  expect(report).toMatchObject({ rowsRead: added, rowsAdded: added, badRowCount: 0, usersAdded: users });
  const [range] = workspace.rows('SELECT min(time) AS first, max(time) AS last FROM behaviours');
  // What is written is in UTC or without a zone; no clock of the world is further from it.
  const DAY = 86_400_000;
  expect(Math.abs(Number(range?.['first']) - START)).toBeLessThan(DAY);
  expect(Math.abs(Number(range?.['last']) - (rows.at(-1)?.time ?? 0))).toBeLessThan(DAY);
});
