import { describe, expect, it } from 'vitest';
import { deriveThemes } from '../../../src/core/abstraction/themes.ts';
import type { NameOrder } from '../../../src/core/abstraction/themes.ts';

/** The theme of each name, as `name → theme`. */
const themes = (names: string[], order?: NameOrder): Record<string, string> =>
  Object.fromEntries(deriveThemes(names, order));

const CARS = [
  '大众_途观',
  '大众_途观_详情页',
  '大众_迈腾',
  '长城_哈弗H6',
  '长城_哈弗H9',
  '长城_WEY VV7',
  '本田_CR-V',
  '本田_雅阁',
  '本田_冠道',
];

describe('the themes of a log', () => {
  it('are the first parts that names share', () => {
    const found = themes(CARS);
    expect(found['大众_途观_详情页']).toBe('大众');
    expect(found['长城_WEY VV7']).toBe('长城');
    expect(new Set(Object.values(found))).toEqual(new Set(['大众', '长城', '本田']));
  });

  it('are found in phrases, the first of several', () => {
    const found = themes([...CARS, '大众途观油耗', '本田和大众对比', '保养多少钱']);
    expect(found['大众途观油耗']).toBe('大众');
    expect(found['本田和大众对比']).toBe('本田');
    expect(found['保养多少钱']).toBe('保养多少钱');
  });

  it('are not the labels that stand before them', () => {
    const found = themes([
      ...CARS,
      '对比_长城_哈弗H6',
      '对比_大众_途观,本田_CR-V',
      '对比_本田_雅阁',
      '对比_本田_冠道',
    ]);
    expect(found['对比_长城_哈弗H6']).toBe('长城');
    expect(found['对比_大众_途观,本田_CR-V']).toBe('大众');
    expect(Object.values(found)).not.toContain('对比');
  });

  it('are the upper levels of categories and paths', () => {
    expect(themes(['electronics.smartphone.apple', 'electronics.smartphone', 'kids.toys'])).toEqual({
      'electronics.smartphone.apple': 'electronics.smartphone',
      'electronics.smartphone': 'electronics',
      'kids.toys': 'kids',
    });
    expect(
      themes([
        'https://shop.example/phones/apple/17?from=ad',
        '/phones/apple/16',
        '/about',
        'https://shop.example/',
        '/item/4711',
      ]),
    ).toEqual({
      'https://shop.example/phones/apple/17?from=ad': '/phones/apple',
      '/phones/apple/16': '/phones/apple',
      '/about': '/about',
      'https://shop.example/': 'shop.example',
      '/item/4711': '/item',
    });
  });

  it('of pages are what is above them, whatever the host and the date', () => {
    const found = themes([
      'https://blog.shop.example/2025/03/balcony-12',
      'https://blog.shop.example/guides/2025/03/balcony-12',
      '//cdn.shop.example/guides/care',
      'shop.example/guides/care/wood?q=1#top',
      '/news-17.html',
      '/en/',
    ]);
    expect(found).toEqual({
      'https://blog.shop.example/2025/03/balcony-12': 'blog.shop.example',
      'https://blog.shop.example/guides/2025/03/balcony-12': '/guides',
      '//cdn.shop.example/guides/care': '/guides',
      'shop.example/guides/care/wood?q=1#top': '/guides/care',
      '/news-17.html': '/news',
      '/en/': '/en',
    });
  });

  it('are common beginnings where there is no separator', () => {
    const found = themes([
      '奥迪A6L',
      '奥迪Q5',
      '奥迪A4L',
      '宝马X5',
      'iPhone 17',
      'iPhone 16',
      'iPhone 15 Pro',
      'Pixel 9',
    ]);
    expect(found['奥迪Q5']).toBe('奥迪');
    expect(found['iPhone 15 Pro']).toBe('iPhone');
    expect(found['宝马X5']).toBe('宝马X5');
    expect(found['Pixel 9']).toBe('Pixel 9');
  });

  it('are common ends of places', () => {
    const places = ['长城4S店', '比亚迪4S店', '丰田4S店', '本田4S店', 'XX商务会所', 'XX私人会所', 'XX西餐厅'];
    expect(themes(places, 'class_last')).toEqual({
      长城4S店: '4S店',
      比亚迪4S店: '4S店',
      丰田4S店: '4S店',
      本田4S店: '4S店',
      XX商务会所: '会所',
      XX私人会所: '会所',
      XX西餐厅: 'XX西餐厅',
    });
  });

  it('are the things themselves where names are ids', () => {
    const ids = ['item_1001', 'item_1002', 'item_1003', 'item_1004', '88123', '88124', '88125'];
    expect(themes(ids)).toEqual(Object.fromEntries(ids.map((id) => [id, id])));
  });

  it('do not depend on the order of the names', () => {
    const names = [...CARS, '大众途观油耗', '对比_长城_哈弗H6', '奥迪A6L', '奥迪Q5', '奥迪A4L', 'a.b.c'];
    const first = themes(names);
    expect(themes(names.toReversed())).toEqual(first);
  });
});
