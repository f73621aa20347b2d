import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

const run = (name: string, flags?: readonly string[]) =>
  runProgram(new URL(`./programs/${name}.ts`, import.meta.url), flags);

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
    // V8 doubles the space of young objects when it likes; that is no memory of ours.
    const flags = ['--expose-gc', '--max-semi-space-size=1'];
    const { code, output, errors } = await run('flat-memory', flags);
    expect([code, errors]).toEqual([0, '']);
    expect(JSON.parse(output).grownMiB).toBeLessThan(4);
  });
});
