import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as layerwise from '../lib/index.js';
import { formatTensor } from '../lib/tensor/print.js';
import { Tensor } from '../lib/tensor/tensor.js';

/**
 * Every @example of the functions on tensors and of the layers runs, and gives what its comments say: `expression; // value`, several
 * results separated by commas. `x` is a 10 x 10 tensor of random numbers.
 */
interface Example {
  readonly title: string;
  readonly lines: readonly string[];
}

const lib = new URL('../lib/', import.meta.url);
const families = ['activation', 'convolutional', 'core', 'merging', 'normalization', 'pooling', 'reshaping'];
const folders = [
  'tensor',
  'shape',
  'shape/explain',
  'ops',
  ...families.map((family) => `layers/${family}`),
  'models',
  'pictures',
];

function examplesOf(file: string): Example[] {
  const source = readFileSync(new URL(file, lib), 'utf8');
  return [
    ...source.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*?)@example((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:async )?(?:function|const|class) (\w+)/g,
    ),
  ].map(([, , body, name]) => ({
    title: `${file} ${name}`,
    lines: (body as string)
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, '').trim())
      .filter((line) => line !== ''),
  }));
}

const examples = folders.flatMap((folder) =>
  readdirSync(new URL(folder, lib))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => examplesOf(`${folder}/${name}`)),
);

async function scope(): Promise<Record<string, unknown>> {
  const modules = folders.flatMap((folder) =>
    readdirSync(new URL(folder, lib)).map((name) => `${folder}/${name}`),
  );
  const all = await Promise.all(
    modules.filter((name) => name.endsWith('.ts')).map((name) => import(new URL(name, lib).href)),
  );
  return Object.assign({}, ...all, layerwise, { formatTensor, x: layerwise.random([10, 10], { seed: 1 }) });
}

/** Tensors as the nested arrays a comment would show; float32 rounded to what a reader would write. */
function plain(value: unknown): unknown {
  if (value instanceof Tensor) return plain(value.toArray());
  if (typeof value === 'number') return Number(value.toPrecision(6));
  return Array.isArray(value) ? value.map(plain) : value;
}

const expectation = (text: string): unknown => {
  try {
    return JSON.parse(`[${text}]`);
  } catch {
    return undefined; // prose
  }
};

const parses = (code: string): boolean => {
  try {
    new Function(code);
    return true;
  } catch {
    return false;
  }
};

/** The example as one function body, in which every expression with a value in its comment is checked. */
function bodyOf(lines: readonly string[]): string {
  const statements: string[] = [];
  let open = '';
  for (const line of lines) {
    const [, code, comment] = /^(.*?);?\s*(?:\/\/\s*(.*))?$/.exec(line) as unknown as [
      string,
      string,
      string | undefined,
    ];
    open += `${code}\n`;
    if (!parses(open)) continue; // a statement over several lines
    const wanted = comment === undefined ? undefined : expectation(comment);
    const checked = wanted !== undefined && parses(`(${open})`);
    statements.push(checked ? `__check((${open}), ${JSON.stringify(wanted)});` : `${open};`);
    open = '';
  }
  return statements.join('\n') + open;
}

describe('examples in the documentation', async () => {
  const names = await scope();
  it('are found', () => expect(examples.length).toBeGreaterThan(40));

  it.each(examples.map((example) => [example.title, example] as const))('%s', (_title, { lines }) => {
    const run = new Function(...Object.keys(names), '__check', bodyOf(lines));
    run(...Object.values(names), (got: unknown, wanted: readonly unknown[]) => {
      expect(plain(got), lines.join('\n')).toEqual(wanted.length === 1 ? wanted[0] : wanted);
    });
  });
});
