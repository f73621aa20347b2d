import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { typeErrors } from './compiler.js';
import { drawCases } from './random.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const lib = fileURLToPath(new URL('../../lib', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'layerwise-types-'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in a folder of its own, with the imports it had. */
function written(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source.replaceAll('{lib}', lib).replaceAll('{types}', here.replace(/\/$/, '')));
  return file;
}

describe('random geometries', () => {
  const { shapes, faults, source } = drawCases(20_260_101, 600);

  it('are as many right ones as wrong ones need', () => {
    expect(shapes).toBeGreaterThanOrEqual(300);
    expect(faults).toBeGreaterThanOrEqual(100);
  });

  it('have the shape in types that they have at run time, and no shape where they throw', () => {
    const errors = typeErrors([written('random.ts', source)]);
    const lines = source.split('\n');
    expect(errors.map(({ line, message }) => `${message}\n${lines[line - 1]}`)).toEqual([]);
  }, 120_000);
});

describe('the tables of shapes', () => {
  const table = readFileSync(join(here, 'rows/convolution.ts'), 'utf8')
    .replaceAll("'../../../lib/", "'{lib}/")
    .replaceAll("'../layers/", "'{types}/layers/")
    .replaceAll("'./inputs", "'{types}/rows/inputs");
  const row = 'conv2d(zeros([1, 32, 32, 3]), zeros([5, 5, 3, 6])).shape, [1, 28, 28, 6]';

  it('do not compile with one size changed', () => {
    expect(table).toContain(row);
    const changed = table.replace(row, row.replace('28, 28', '28, 27'));
    const files = [written('right.ts', table), written('wrong.ts', changed)];
    const errors = typeErrors(files);
    const line = changed.split('\n').findIndex((text) => text.includes('28, 27')) + 1;
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ line, file: expect.stringContaining('wrong.ts') });
    expect(errors[0]?.message).toContain('Inferred<[1, 28, 28, 6]>');
  }, 120_000);

  it('do not compile where a size that types do not know is given as one they do', () => {
    const known = table.replace('[some(2), 6, 7, 4]', '[2, 6, 7, 4]');
    expect(known).not.toBe(table);
    expect(typeErrors([written('known.ts', known)])).toHaveLength(1);
  }, 120_000);
});
