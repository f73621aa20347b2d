import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { LayerwiseError } from '../lib/errors.js';
import { typeErrors } from './types/compiler.js';

// docs/shapes.md: every block of TypeScript compiles and runs, and a block of text below it is what it prints. In a block marked
// `wrong` each statement is refused by the compiler and at run time, with the message in the comment below it.

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = `${root}.setup/docs`;
const page = readFileSync(`${root}docs/shapes.md`, 'utf8');

interface Block {
  readonly code: string;
  readonly wrong: boolean;
  /** What it prints, if the page says so. */
  readonly output: string | undefined;
  readonly file: string;
}

const blocks: Block[] = [
  ...page.matchAll(/```ts( wrong)?\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g),
].map(([, wrong, code, output], index) => ({
  code: (code as string).replaceAll("'layerwise'", "'../../lib/index.js'"),
  wrong: wrong !== undefined,
  output,
  file: `${folder}/shapes-${index}.ts`,
}));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { file, code } of blocks) writeFileSync(file, code);
const errors = typeErrors(blocks.map(({ file }) => file));
const errorsIn = ({ file }: Block) => errors.filter((error) => file.endsWith(error.file));

/** A wrong block cut into what stands above each comment, and the comment. */
function mistakes(code: string): { lines: number; rule: string }[] {
  return code
    .split('\n')
    .map((line, index) => ({ lines: index, rule: /^\/\/ (.*)$/.exec(line)?.[1] ?? '' }))
    .filter(({ rule }) => rule !== '');
}

describe('docs/shapes.md', () => {
  afterAll(() => vi.restoreAllMocks());

  it('has code, and says what it prints', () => {
    expect(blocks.length).toBeGreaterThan(10);
    expect(blocks.filter(({ output }) => output !== undefined).length).toBeGreaterThan(10);
  });

  it.each(blocks.filter(({ wrong }) => !wrong))('prints what it says: $file', async (block) => {
    expect(errorsIn(block).map(({ text }) => text)).toEqual([]);
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
    });
    await import(/* @vite-ignore */ block.file);
    log.mockRestore();
    if (block.output !== undefined) expect(`${printed.join('\n')}\n`).toBe(block.output);
  });

  it.each(blocks.filter(({ wrong }) => wrong))('refuses what it says: $file', async (block) => {
    const found = errorsIn(block);
    const wanted = mistakes(block.code);
    expect(wanted.length).toBeGreaterThan(3);
    expect(found.map(({ line }) => line)).toEqual(wanted.map(({ lines }) => lines));
    const lines = block.code.split('\n');
    for (const [index, { lines: at, rule }] of wanted.entries()) {
      expect(found[index]?.message).toContain(JSON.stringify(rule).slice(1, -1));
      // The statements that compile, up to this mistake.
      const before = lines
        .slice(0, at)
        .filter((_, line) => !wanted.some(({ lines: wrong }) => wrong === line + 1));
      const file = block.file.replace('.ts', `-${index}.ts`);
      writeFileSync(file, `${before.join('\n')}\nexport const run = () => {\n${lines[at - 1]}\n};\n`);
      const { run } = (await import(/* @vite-ignore */ file)) as { run: () => void };
      let message = 'nothing was thrown';
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(LayerwiseError);
        message = (error as Error).message;
      }
      expect(message).toContain(rule);
    }
  });
});
