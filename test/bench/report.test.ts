import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chart, tickStep } from '../../bench/chart.mjs';
import { fillTable, report } from '../../bench/docs.mjs';
import { cells, table } from '../../bench/table.mjs';
import { layers, nets } from './result.js';

describe('table', () => {
  it('shows each peer with its ratio, the best of them, and rates', () => {
    expect(cells(layers)).toEqual([
      [
        ...['workload', 'layerwise ms', 'onnxruntime ms', 'pytorch ms', 'onednn-winograd ms', 'best peer'],
        ...['GFLOP/s', 'GB/s', '% limit'],
      ],
      ['conv_a', '2.00', '4.00 2.00x', '6.00 3.00x', '1.00 0.50x', '0.50x', '150.0', '1.0', '75'],
      ['pool_b', '0.500', '4.00 8.00x', '1.00 2.00x', '-', '2.00x', '1.0', '15.0', '80'],
    ]);
    expect(cells(nets)[0]).toEqual(expect.arrayContaining(['net', 'images/s']));
    expect(cells(nets)[0]).not.toContain('GFLOP/s');
  });

  it('names the worst row of each mean', () => {
    const text = table(layers);
    expect(text).toContain('geometric mean of the ratios to onnxruntime: 4.00 (2 rows, lowest 2.00: conv_a)');
    expect(text).toContain('to onednn-winograd: 0.50 (1 rows, lowest 0.50: conv_a)');
    expect(text).toContain('the best peer of each row: 1.00 (2 rows, lowest 0.50: conv_a)');
    expect(text).not.toContain('of the cores');
  });

  it('tells failures and noise, and gives a failed row no ratio', () => {
    const failed = { id: 'bad', failed: 'the answer differs', peers: { onnxruntime: 3 } };
    const result = { ...layers, busy: 0.55, rows: [...layers.rows, failed] };
    expect(table(result)).toMatch(/had 55% of the cores.*\nbad: the answer differs$/);
    expect(cells(result)[3]).toEqual(['bad', '-', '3.00', '-', '-', '-', '-', '-', '-']);
  });
});

describe('documents', () => {
  const page = 'before\n<!-- table:layers -->\nold\n<!-- /table:layers -->\nafter <!-- table:nets -->';

  it('a table is replaced between its marks, again and again', () => {
    const once = fillTable(page, 'layers', 'new');
    expect(once).toBe(
      'before\n<!-- table:layers -->\nnew\n<!-- /table:layers -->\nafter <!-- table:nets -->',
    );
    expect(fillTable(once, 'layers', 'new')).toBe(once);
  });

  it('a list without a place in the document is an error', () => {
    expect(() => fillTable(page, 'more', 'new')).toThrow('<!-- table:more -->');
    expect(() => fillTable(page, 'nets', 'new')).toThrow('<!-- /table:nets -->');
  });

  it('a report is Markdown with as many cells in each row as in its head', () => {
    const lines: string[] = report(layers, 'images/layers.svg').split('\n');
    expect(lines).toContain('![layers: Layerwise and its peers](images/layers.svg)');
    const rows = lines.filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.split('|')).toHaveLength(11);
    expect(report(layers, undefined)).not.toContain('![');
  });
});

describe('chart', () => {
  const widths = (svg: string, row: string) =>
    Object.fromEntries(
      [...svg.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*><title>([^,]+), ([^:]+): ([^<]+)</g)]
        .filter(([, , id]) => id === row)
        .map(([, width, , name, label]) => [name, { width: Number(width), label }]),
    ) as Record<string, { width: number; label: string }>;

  it.each([layers, nets])('is a picture of 1200 pixels', async (result) => {
    const { width, format } = await sharp(Buffer.from(chart(result))).metadata(); // fails on XML that is not well-formed
    expect([width, format]).toEqual([1200, 'svg']);
  });

  it('bars of layers are shares of the limit', () => {
    const bars = widths(chart(layers), 'conv_a');
    expect(Object.keys(bars)).toEqual(['layerwise', 'onnxruntime', 'pytorch', 'onednn-winograd']);
    expect(Object.values(bars).map((bar) => bar?.label)).toEqual(['75%', '38%', '25%', '150%']);
    expect(bars['onednn-winograd']?.width).toBeCloseTo(2 * (bars.layerwise?.width ?? 0), 1);
  });

  it('bars of nets are relative to onnxruntime', () => {
    const bars = widths(chart(nets), 'lenet_b64');
    expect(Object.values(bars).map((bar) => bar?.label)).toEqual(['1.50x', '1.00x', '0.75x']);
    expect(chart(nets)).toContain('1.50x (32000 images/s)');
  });

  it('follows dark pages', () => {
    expect(chart(layers)).toContain('@media (prefers-color-scheme: dark)');
  });

  it('nothing to draw is an error', () => {
    expect(() => chart({ ...layers, rows: [] })).toThrow('nothing to draw');
    const rows = nets.rows.map((row) => ({ ...row, peers: { pytorch: 1 } }));
    expect(() => chart({ ...nets, rows })).toThrow('onnxruntime');
  });

  it.each([
    [110, 20],
    [240, 50],
    [1.9, 0.25],
    [8, 1],
  ])('an axis up to %d has a tick each %d', (most, step) => expect(tickStep(most)).toBe(step));
});
