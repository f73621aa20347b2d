import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Runs a program of `programs/` in a process of its own. */
async function run(name: string, flags: readonly string[] = []) {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, output: output.trim(), errors: errors.trim() };
}

describe('the end of a process or thread', () => {
  it('process.exit while predictions run gives its own code', async () => {
    expect(await run('exit-mid-run')).toEqual({ code: 7, signal: null, output: '', errors: '' });
  });

  it('a process waits for the prediction it has started', async () => {
    expect(await run('finish')).toEqual({ code: 0, signal: null, output: 'done [64,256]', errors: '' });
  });

  it('a worker terminated while it predicts takes nobody down', { timeout: 120_000 }, async () => {
    expect(await run('terminate-worker')).toEqual({ code: 0, signal: null, output: 'alive', errors: '' });
  });
});

describe('memory', () => {
  it('stays flat over 10,000 predictions', { timeout: 120_000 }, async () => {
    const { code, output, errors } = await run('flat-memory', ['--expose-gc']);
    expect([code, errors]).toEqual([0, '']);
    expect(JSON.parse(output).grownMiB).toBeLessThan(4);
  });
});
