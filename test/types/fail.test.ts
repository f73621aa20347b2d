import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { thrown } from '../support/errors.js';
import { type TypeError as CompilerError, typeErrors } from './compiler.js';
import type { FailingRow } from './fail/fails.js';
import { disagreements, writtenRows } from './fail/read.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = fileURLToPath(new URL('./fail/rows/', import.meta.url));
const files = readdirSync(folder).map((name) => folder + name);
const tables = await Promise.all(
  files.map(async (file) => {
    const { rows } = (await import(file)) as { readonly rows: readonly FailingRow[] };
    return { file, name: relative(folder, file), source: readFileSync(file, 'utf8'), rows };
  }),
);

let errors: CompilerError[];
beforeAll(() => {
  errors = typeErrors(files, ['--noErrorTruncation']);
}, 120_000);
const errorsOf = (file: string) => errors.filter((error) => error.file === relative(root, file));

describe.each(tables)('$name: what must not compile', ({ file, source, rows }) => {
  it('is refused by the compiler, each row with its message', () => {
    expect(disagreements(source, errorsOf(file))).toEqual([]);
  });

  it('is read whole', () => {
    expect(writtenRows(source).map(({ message }) => message)).toEqual(rows.map(({ message }) => message));
  });

  it.each(rows.map(({ message, call }) => [message, call] as const))('throws too: %s', (message, call) => {
    const said = thrown(call).message;
    // At run time the name of the layer or of the model stands before.
    const [, rule] = /^(?:predict: )?(unknown option .*|the input must .*)$/.exec(message) ?? [];
    if (rule !== undefined) expect(said).toContain(rule);
    else expect(said.slice(0, message.length)).toBe(message);
  });
});

describe('these checks', () => {
  const { file, source, rows } = tables[0] as (typeof tables)[number];
  const [row] = writtenRows(source) as [ReturnType<typeof writtenRows>[number]];

  it('are of enough rows, each another one', () => {
    const all = tables.flatMap((table) => writtenRows(table.source).map(({ message }) => message));
    expect(all.length).toBeGreaterThanOrEqual(140);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('see a message that is another one', () => {
    const changed = source.replace(row.message, row.message.replace('the', 'teh'));
    expect(disagreements(changed, errorsOf(file))).toHaveLength(1);
  });

  it('see a row that compiles', () => {
    const others = errorsOf(file).filter(({ line }) => line < row.first || line > row.last);
    expect(disagreements(source, others)).toEqual([
      `line ${row.first}: expected "${row.message}", the compiler says []`,
    ]);
  });

  it('see an error that no row expects', () => {
    const stray = { file, line: 1, column: 1, message: 'a stray one', text: 'a stray one' };
    expect(disagreements(source, [...errorsOf(file), stray])).toEqual(['line 1: not a row: a stray one']);
  });
});
