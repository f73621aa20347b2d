import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dims } from '../../lib/shape/dims.js';
import * as dtypes from './dtypes.js';
import type { Row } from './row.js';
import * as convolution from './rows/convolution.js';
import * as creation from './rows/creation.js';
import * as elementwise from './rows/elementwise.js';
import * as movement from './rows/movement.js';
import * as pooling from './rows/pooling.js';
import * as products from './rows/products.js';
import * as questions from './rows/questions.js';
import * as reductions from './rows/reductions.js';
import * as reshape from './rows/reshape.js';
import * as slicing from './rows/slicing.js';
import * as transposed from './rows/transposed.js';

const tables: Readonly<Record<string, readonly Row[]>> = {
  convolution: convolution.rows,
  creation: creation.rows,
  elementwise: elementwise.rows,
  movement: movement.rows,
  pooling: pooling.rows,
  products: products.rows,
  questions: questions.rows,
  reductions: reductions.rows,
  reshape: reshape.rows,
  slicing: slicing.rows,
  transposed: transposed.rows,
};
const folder = fileURLToPath(new URL('./rows/', import.meta.url));
const sourceOf = (table: string) => readFileSync(`${folder}${table}.ts`, 'utf8');

describe.each(Object.entries(tables))('%s: what types infer is what the function gives', (_, rows) => {
  it.each(
    rows.map(({ call, expected }, index) => [index, JSON.stringify(expected), call, expected] as const),
  )('row %i: %s', (_index, _title, call, expected) => expect(call()).toEqual(expected));
});

describe('dtypes: what types infer is what the function gives', () => {
  it.each(dtypes.rows.map(({ call, expected }, index) => [index, expected, call] as const))(
    'row %i: %s',
    (_index, expected, call) => expect(call()).toBe(expected),
  );
});

describe('the tables', () => {
  it('are all that the folder has', () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.ts$/, ''));
    expect(files.sort()).toEqual([...Object.keys(tables), 'inputs'].sort());
  });

  it('hold enough rows, and enough of them about sizes that types do not know', () => {
    const rows = Object.values(tables).flat();
    const unknown = Object.keys(tables)
      .flatMap((table) =>
        sourceOf(table)
          .split(/^ {2}row\(/m)
          .slice(1),
      )
      .filter((row) => /\b(some|maybe|open|sizes)\(/.test(row));
    expect(rows.length).toBeGreaterThanOrEqual(600);
    expect(unknown.length).toBeGreaterThanOrEqual(100);
    expect(rows.filter(({ expected }) => expected.includes(null)).length).toBeGreaterThanOrEqual(100);
  });
});

describe('examples/questions', () => {
  const programs = fileURLToPath(new URL('../../examples/questions/', import.meta.url));
  const given = new Set(questions.rows.map(({ expected }) => JSON.stringify(expected)));
  const source = sourceOf('questions');

  /** What a program asserts: lists of sizes, and numbers such as parameter counts as a list of one. */
  const asserted = (text: string): Dims[] =>
    [...text.matchAll(/assert\.(?:equal|deepEqual)\([^;]*?,\s*(\[[^[\]]*\]|[\d_][\d_ *+]*)\);/g)].flatMap(
      ([, value = '']) => {
        const list = value.startsWith('[') ? value.slice(1, -1).split(',') : [value];
        const numbers = list.map((item) => (/^[\d_ *+]+$/.test(item) ? Number(evaluated(item)) : null));
        return list.every((item) => /^(\s*null\s*|[\d_ *+]+)$/.test(item)) ? [numbers] : [];
      },
    );
  const evaluated = (sum: string) =>
    sum
      .replaceAll('_', '')
      .split('+')
      .reduce((total, product) => total + product.split('*').reduce((a, b) => a * Number(b), 1), 0);

  it.each(readdirSync(programs).filter((name) => name !== 'resnet50.mjs'))(
    '%s: its numbers are rows',
    (name) => {
      const found = asserted(readFileSync(programs + name, 'utf8'));
      expect(found.length + (name === 'max-pooling.mjs' ? 1 : 0)).toBeGreaterThan(0);
      for (const shape of found) expect(given).toContain(JSON.stringify(shape));
    },
  );

  it('has the sizes, the depths and the receptive fields of LeNet', () => {
    const text = readFileSync(`${programs}lenet.mjs`, 'utf8');
    const rows = [...text.matchAll(/\['\w+', (\d+), (\d+), (\d+)\]/g)];
    expect(rows).toHaveLength(4);
    for (const [, size, depth, sees] of rows) {
      expect(given).toContain(`[null,${size},${size},${depth}]`);
      expect(given).toContain(`[1,1,1,${depth}]`);
      expect(source).toContain(`zeros([1, ${sees}, ${sees}, 3])`);
    }
  });

  it('has what max pooling keeps: one number in 4, 9, 16 and 36', () => {
    const text = readFileSync(`${programs}max-pooling.mjs`, 'utf8');
    const [, windows = ''] = /for \(const n of \[([\d, ]+)\]\)/.exec(text) ?? [];
    expect(windows).not.toBe('');
    for (const n of windows.split(', ').map(Number)) expect(given).toContain(`[1,${12 / n},${12 / n},1]`);
  });
});
