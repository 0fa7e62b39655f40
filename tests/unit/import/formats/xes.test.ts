import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fileOf, readTable } from './support.ts';

const LOG = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a log -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <string key="concept:name" value="the log"/>
  <trace>
    <string key="concept:name" value="case 1"/>
    <event>
      <string key="concept:name" value="A &amp; B"><string key="inner" value="no"/></string>
      <date key="time:timestamp" value="2026-02-03T09:05:00.000+08:00"/>
      <list key="l"><string key="in list" value="no"/></list>
      <int key="cost" value="12"/>
    </event>
    <event><string key="concept:name" value="付款"/><date key="time:timestamp" value="2026-02-03T09:06:00+08:00"/></event>
    <float key="amount" value="1.5"/>
  </trace>
  <trace><string key="concept:name" value="case 2"/><event><string key="concept:name" value="C"/></event></trace>
</log>`;

const NAMES = ['case:concept:name', 'case:amount', 'concept:name', 'time:timestamp', 'cost'];
const ROWS = [
  ['case 1', '1.5', 'A & B', '2026-02-03T09:05:00.000+08:00', '12'],
  ['case 1', '1.5', '付款', '2026-02-03T09:06:00+08:00', ''],
  ['case 2', '', 'C', '', ''],
];

it('gives a row for each event, with what is known of its case', async () => {
  for (const [name, content] of [
    ['log.xml', LOG],
    ['log.xes.gz', gzipSync(LOG)],
  ] as const) {
    const { format, names, unit, rows } = await readTable(fileOf(name, content));
    expect([format, names, unit, rows]).toEqual(['xes', NAMES, 'row', ROWS]);
  }
});

it('does not expand entities that a document defines', async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "${'x'.repeat(1000)}"><!ENTITY b "&a;&a;">]>
    <log><trace><event><string key="concept:name" value="&b;"/></event></trace></log>`;
  await expect(readTable(fileOf('bomb.xes', bomb))).rejects.toMatchObject({
    code: 'import.broken_file',
    params: { format: 'XES' },
  });
});

it('is refused where it ends in the middle, or a value has no end', async () => {
  const cut = fileOf('cut.xes', LOG.slice(0, -30));
  await expect(readTable(cut)).rejects.toMatchObject({ code: 'import.broken_file' });
  const endless = fileOf('endless.xes', `<log><trace><string key="a" value="${'x'.repeat(400_000)}`);
  await expect(readTable(endless, null, { valueChars: 100_000 })).rejects.toMatchObject({
    code: 'import.broken_file',
    params: { detail: 'a value of more than 100000 characters' },
  });
});
