import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { typeErrors } from './compiler.js';
import { drawCases } from './random.js';
import { shapeCases } from './random-shapes.js';

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

describe.each([
  { what: 'windows and reshape', drawn: drawCases(20_260_101, 600) },
  { what: 'everything else', drawn: drawCases(20_260_102, 600, shapeCases) },
])('random geometries: $what', ({ what, drawn: { shapes, faults, source } }) => {
  it('are right ones and wrong ones', () => {
    expect(shapes).toBeGreaterThanOrEqual(300);
    expect(faults).toBeGreaterThanOrEqual(80);
  });

  it('have the shape in types that they have at run time, and none where they throw', () => {
    const lines = source.split('\n');
    const changed = lines.findLastIndex((line) => line.includes('Equal<') && /\d\]>>,$/.test(line));
    const wrong = lines.with(changed, (lines[changed] as string).replace(/(\d)\]>>,$/, '$17]>>,'));
    const name = what.replaceAll(' ', '-');
    const errors = typeErrors([written(`${name}.ts`, source), written(`${name}-wrong.ts`, wrong.join('\n'))]);
    expect(errors.map(({ line, message }) => `${message}\n${wrong[line - 1]}`)).toHaveLength(1);
    expect(errors[0]).toMatchObject({ line: changed + 1, file: expect.stringContaining('-wrong.ts') });
  }, 120_000);
});

describe('the tables of shapes', () => {
  const table = readFileSync(join(here, 'rows/convolution.ts'), 'utf8')
    .replaceAll("'../../../lib/", "'{lib}/")
    .replaceAll("'../row.js'", "'{types}/row.js'")
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
