// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { dataRows, tsvOf } from '@/table-text';

it('a table within a row is copied by itself, and not with the table around it', () => {
  document.body.innerHTML = `<div id="outer"><table><tbody>
    <tr><td>a.csv</td><td>2</td></tr>
    <tr class="no-copy"><td colspan="2"><div id="inner"><table><tbody>
      <tr><td>3</td><td>soon</td></tr>
    </tbody></table></div></td></tr>
    <tr><td>b.csv</td><td>0</td></tr>
  </tbody></table></div>`;
  const copied = (id: string): string => tsvOf(dataRows(document.getElementById(id) ?? document));
  expect(copied('outer')).toBe('a.csv\t2\nb.csv\t0');
  expect(copied('inner')).toBe('3\tsoon');
});
