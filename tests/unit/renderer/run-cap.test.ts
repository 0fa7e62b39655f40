// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { nextTick } from 'vue';
import type { ModelFigures } from '@shared/model';
import { setLocale } from '@/i18n';
import BudgetRaise from '@/pages/extract/BudgetRaise.vue';
import RunPilot from '@/pages/extract/RunPilot.vue';
import {
  amountText,
  capInForce,
  capStop,
  capText,
  inCents,
  shareWithin,
  suggestedCap,
  withCap,
} from '@/run-cap';
import type { CapStop } from '@/run-cap';
import { installBridge } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';
import type { Mounted } from './support/mount';
import { modelFigures, runSnapshot } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
  setLocale('zh-CN');
});
afterEach(() => {
  unmountAll();
  setLocale('zh-CN');
});

const NO_PRICES = { cost: null, projectedCost: null } satisfies Partial<ModelFigures>;

describe('the cap in force', () => {
  it('counts money when there are prices', () => {
    expect(capInForce(modelFigures({ maxCost: 3 }))).toEqual({
      unit: 'money',
      limit: 3,
      spent: 1,
      projected: 5,
    });
    expect(capInForce(modelFigures())).toMatchObject({ unit: 'money', limit: null });
  });

  it('counts tokens without prices', () => {
    expect(capInForce(modelFigures({ ...NO_PRICES, maxTokens: 3000 }))).toEqual({
      unit: 'tokens',
      limit: 3000,
      spent: 1200,
      projected: 6000,
    });
    expect(capInForce(modelFigures(NO_PRICES))).toMatchObject({ unit: 'tokens', limit: null });
  });

  it('counts tokens when prices came after a cap in tokens', () => {
    expect(capInForce(modelFigures({ maxTokens: 3000 }))).toMatchObject({ unit: 'tokens', limit: 3000 });
  });

  it.each([
    [4, 2000, 'tokens'],
    [2, 5000, 'money'],
    [9, 9000, 'money'],
  ])('of %s in money and %s tokens is the one that is reached first', (maxCost, maxTokens, unit) => {
    expect(capInForce(modelFigures({ maxCost, maxTokens })).unit).toBe(unit);
  });

  it.each([
    [null, 5, 1],
    [3, null, 1],
    [5, 5, 1],
    [3, 5, 0.5],
    [0.5, 5, 0],
  ])('of %s is enough for a share of what is left of %s', (limit, projected, share) => {
    expect(shareWithin({ unit: 'money', limit, spent: 1, projected })).toBe(share);
  });
});

describe('an amount', () => {
  it('that was spent is shown as it is', () => {
    expect(amountText(0.0123, 'money', 'CNY')).toBe('¥0.0123');
    expect(amountText(352_000, 'tokens', 'CNY')).toBe('35.2万 Token');
  });

  it('that is entered as a cap is rounded up', () => {
    expect(capText(0.0123, 'money', 'CNY')).toBe('¥0.02');
    expect(capText(12.001, 'money', 'USD')).toBe('$12.01');
    expect(capText(351_999.2, 'tokens', 'CNY')).toBe('352,000 Token');
    expect(inCents(0.1 + 0.2)).toBe(0.3);
    expect(inCents(0.301)).toBe(0.31);
  });

  it('replaces the cap of its own unit only', () => {
    expect(withCap('money', 2)).toEqual({ maxCost: 2 });
    expect(withCap('tokens', 2)).toEqual({ maxTokens: 2 });
    expect(withCap('tokens', undefined)).toEqual({ maxTokens: null });
  });
});

describe('a stop at the cap', () => {
  it('is told from other errors, with the unit of its cap', () => {
    expect(capStop({ code: 'model.quota' })).toBeNull();
    expect(capStop(null)).toBeNull();
    expect(
      capStop({
        code: 'run.budget_reached',
        params: { spent: '¥1.00', cap: '¥2.00', needed: '¥3.00', least: 4 },
      }),
    ).toEqual({ unit: 'money', spent: '¥1.00', cap: '¥2.00', needed: '¥3.00', least: 4 });
    expect(capStop({ code: 'run.budget_reached', params: { unit: 'tokens', least: 9 } })?.unit).toBe(
      'tokens',
    );
  });

  const stopAt = (unit: 'money' | 'tokens', least: number): CapStop => ({
    unit,
    spent: '',
    cap: '',
    needed: '',
    least,
  });

  it.each([
    ['10 % more than projected, and one request', { maxCost: 1 }, 1.25, 5.75],
    ['twice the cap without a projection', { maxCost: 1.2, projectedCost: null }, 1.25, 2.65],
    ['twice the cap when less is projected', { maxCost: 6 }, 1, 12],
    ['one cent at least', { maxCost: 0, cost: 0, projectedCost: null }, 0, 0.01],
  ])('suggests in money %s', (_, patch, least, cap) => {
    expect(suggestedCap(modelFigures(patch), stopAt('money', least))).toBe(cap);
  });

  it.each([
    ['10 % more than projected, and one request', { maxTokens: 1500 }, 1700, 8000],
    ['twice the cap without a projection', { maxTokens: 1500, projectedTokens: null }, 1700, 4000],
  ])('suggests in whole thousands of tokens %s', (_, patch, least, cap) => {
    expect(suggestedCap(modelFigures({ ...NO_PRICES, ...patch }), stopAt('tokens', least))).toBe(cap);
  });

  test('is raised in the unit in which it was reached', async () => {
    const { element } = mountComponent(BudgetRaise, {
      figures: modelFigures({ maxCost: 9, maxTokens: 1500 }),
      stop: stopAt('tokens', 1700),
    });
    expect(input(element).value).toBe('8000');
    await enter(element, '1699');
    expect(textOf(element, 'cap-too-low')).toContain('至少需要 1,700 Token');
    await enter(element, '2000');
    expect(find(element, 'cap-too-low')).toBeNull();
    find(element, 'resume')?.click();
    expect(bridge.waiting('run.resume').input).toEqual({ maxTokens: 2000 });
  });
});

describe('a finished pilot', () => {
  const finished = (patch: Partial<ModelFigures>): Mounted => {
    const figures = modelFigures({ pilotUsers: 20, pilotDone: true, ...patch });
    const run = runSnapshot({ status: 'paused', totalUsers: 100, processedUsers: 20, model: figures });
    return mountComponent(RunPilot, { run, figures });
  };

  test('shows money, and what a cap in money means for the other users', async () => {
    const { element } = finished({ cost: 0.0123, projectedCost: 0.0615 });
    expect(textOf(element, 'pilot-spent')).toBe('¥0.0123');
    expect(textOf(element, 'pilot-rest-cost')).toBe('约 ¥0.0492');
    expect(textOf(element, 'cap-outlook')).toBe('没有设上限，会处理到最后一个用户。');
    expect(find(element, 'pilot-no-price')).toBeNull();
    await enter(element, '0.01');
    expect(textOf(element, 'cap-too-low')).toContain('至少需要 ¥0.02');
    expect(find(element, 'resume')?.matches(':disabled')).toBe(true);
    await enter(element, '0.04');
    expect(textOf(element, 'cap-outlook')).toContain('预计花费 ¥0.07，超出上限：大约再处理 45 个用户后停下');
    await enter(element, '0.07');
    expect(textOf(element, 'cap-outlook')).toContain('预计花费 ¥0.07，在上限之内');
    find(element, 'resume')?.click();
    expect(bridge.waiting('run.resume').input).toEqual({ maxCost: 0.07 });
  });

  test('without prices shows tokens and where prices are entered, and takes a cap in tokens', async () => {
    const { element } = finished({ ...NO_PRICES, maxTokens: 3600 });
    expect(textOf(element, 'pilot-spent')).toBe('1,200 Token');
    expect(textOf(element, 'pilot-rest-cost')).toBe('约 4,800 Token');
    expect(textOf(element, 'pilot-no-price')).toContain('设置 → 模型');
    expect(element.querySelector('label')?.textContent).toBe('整个任务的 Token 上限');
    expect(input(element).value).toBe('3600');
    expect(textOf(element, 'cap-outlook')).toContain(
      '预计花费 6,000 Token，超出上限：大约再处理 40 个用户后停下',
    );
    await enter(element, '');
    expect(textOf(element, 'cap-outlook')).toContain('没有设上限');
    find(element, 'resume')?.click();
    expect(bridge.waiting('run.resume').input).toEqual({ maxTokens: null });
  });

  test('of which nothing can be projected says what a cap does', () => {
    const { element } = finished({ projectedCost: null, maxCost: 3 });
    expect(textOf(element, 'pilot-rest-cost')).toBe('—');
    expect(textOf(element, 'cap-outlook')).toContain('到上限就停下，已完成的结果会保留');
  });

  test('with two caps tells of the one that is reached first', async () => {
    const { element } = finished({ maxCost: 2, maxTokens: 3600 });
    expect(textOf(element, 'cap-outlook')).toContain('预计花费 ¥5.00，超出上限：大约再处理 20 个用户');
    await enter(element, '9');
    expect(textOf(element, 'cap-outlook')).toContain('预计花费 6,000 Token，超出上限：大约再处理 40 个用户');
  });
});

function find(element: Element, testid: string): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[data-testid=${testid}]`);
}

const textOf = (element: Element, testid: string): string => find(element, testid)?.textContent?.trim() ?? '';

function input(element: Element): HTMLInputElement {
  const found = element.querySelector<HTMLInputElement>('[data-testid=new-cap] input');
  if (!found) throw new Error('there is no field for a cap');
  return found;
}

async function enter(element: Element, text: string): Promise<void> {
  const field = input(element);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await nextTick();
}
