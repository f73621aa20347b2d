import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { typeErrors } from './compiler.js';
import { Recorder, type SeenCall } from './golden/record.js';
import { goldenModule } from './golden/write.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const golden = process.env.GOLDEN_DIR ?? join(root, '../shared/golden');

/** The functions whose calls are checked, by family; layers are checked all. */
const FAMILIES: Readonly<Record<string, RegExp>> = {
  conv: /^(conv|depthwiseConv|separableConv|convTranspose)(\dd)?(Transpose)?$|Conv\dD/,
  pool: /Pool/,
  reshape:
    /^(reshape|flatten|squeeze|expandDims|transpose|moveaxis|swapaxes|Reshape|Flatten|Permute|RepeatVector)$/,
  merge:
    /^(concat|stack|add|sub|mul|div|maximum|minimum|matmul|dot|batchDot)$|^(Add|Subtract|Multiply|Average|Maximum|Minimum|Concatenate|Dot)$/,
};
const familyOf = (name: string) => Object.keys(FAMILIES).find((family) => FAMILIES[family]?.test(name));

const recorder = vi.hoisted(() => ({ current: undefined as Recorder | undefined }));

vi.mock('../../lib/index.js', async (original) => {
  const library = (await original()) as typeof import('../../lib/index.js');
  const names = Object.keys(library).filter((name) => familyOf(name) !== undefined);
  recorder.current = new Recorder(library);
  return recorder.current.watched(new Set(names.filter((name) => /^[a-z]/.test(name))));
});

/** Every call that a passing golden case makes, once. */
async function callsOfGoldenCases(): Promise<SeenCall[]> {
  const { conformance } = await import('../conformance/runner.js');
  const calls = new Map<string, SeenCall>();
  conformance(golden, {
    onEnd: (_name, passed) => {
      for (const call of recorder.current?.take() ?? []) if (passed) calls.set(call.code, call);
    },
  });
  return [...calls.values()];
}

describe.skipIf(!existsSync(golden))('golden cases', () => {
  it('have the shapes and dtypes that the compiler infers for their calls', async () => {
    const calls = await callsOfGoldenCases();
    const counts: Record<string, number> = {};
    for (const { callee } of calls) {
      const family = familyOf(callee) ?? 'other layers';
      counts[family] = (counts[family] ?? 0) + 1;
    }
    console.log(`calls of golden cases whose types are checked: ${JSON.stringify(counts)}`);
    for (const family of Object.keys(FAMILIES)) expect(counts[family], family).toBeGreaterThan(50);
    const folder = join(root, '.setup/types');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'golden.ts');
    const text = goldenModule(calls);
    writeFileSync(file, text);
    const lines = text.split('\n');
    const errors = typeErrors([file]).map(({ line, message }) => {
      return [lines[line - 2], lines[line - 1], message].join('\n');
    });
    expect(errors).toEqual([]);
    // The check can fail: a size that was not computed, and the compiler says so.
    const call = calls.find(({ callee }) => callee === 'conv2d') as SeenCall;
    const wrong = { ...call, shape: call.shape.map((size) => (size ?? 0) + 1) };
    writeFileSync(join(folder, 'golden-wrong.ts'), goldenModule([call, wrong]));
    const found = typeErrors([join(folder, 'golden-wrong.ts')]);
    expect(found.map(({ message }) => message)).toEqual([
      "Type 'false' does not satisfy the constraint 'true'.",
    ]);
  }, 300_000);
});
