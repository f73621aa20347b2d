import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addonFile } from '../../lib/backend/load.js';
import { devices, machineInfo } from '../../lib/index.js';
import { root, which } from '../../scripts/tools.mjs';

const folder = mkdtempSync(join(tmpdir(), 'layerwise-cuda-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a process finds whose CUDA library is this file: the list, an error of a run, and what the CPU gives after it. */
function found(library: string) {
  const program = `import { devices, Input, ReLU, Sequential, tensor } from 'layerwise';
    const [, cuda] = devices();
    const model = new Sequential({ layers: [Input({ shape: [2] }), new ReLU()], device: 'cuda' });
    const x = tensor([[-1, 2]]);
    const errors = [];
    const run = async (body) => { try { await body(); } catch ({ code, message }) { errors.push([code, message]); } };
    await run(() => model.predictSync(x));
    await run(() => model.predict(x));
    model.device = 'cpu';
    console.log(JSON.stringify({ cuda, errors, cpu: [...model.predictSync(x).data] }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, LAYERWISE_CUDA_LIBRARY: library },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('devices', () => {
  it('lists the CPU, and CUDA with the reason where there is none', () => {
    const [cpu, cuda] = devices();
    expect(cpu).toEqual({ device: 'cpu', available: true, reason: '', gpus: [] });
    expect(cuda?.device).toBe('cuda');
    if (cuda?.available) expect(cuda.gpus.length).toBeGreaterThan(0);
    else expect(cuda?.reason).toMatch(/^cuda: .+\.$/);
    expect(machineInfo().cuda).toEqual({ available: cuda?.available, reason: cuda?.reason });
  });

  const absent = join(folder, 'liblayerwise_cuda.so');
  const notBuilt =
    /^cuda: this build has no CUDA backend: liblayerwise_cuda.so is not beside the addon\. Build it/;
  it.skipIf(process.platform !== 'linux')(
    'says that it was not built, at every call, and never runs elsewhere',
    () => {
      const { cuda, errors, cpu } = found(absent);
      expect(cuda).toEqual({
        device: 'cuda',
        available: false,
        reason: expect.stringMatching(notBuilt),
        gpus: [],
      });
      expect(errors).toEqual([
        ['ERR_DEVICE', expect.stringMatching(notBuilt)],
        ['ERR_DEVICE', expect.stringMatching(notBuilt)],
      ]);
      expect(cpu).toEqual([0, 2]);
    },
  );

  it.skipIf(process.platform !== 'linux')('says that it does not load', () => {
    const file = join(folder, 'text.so');
    writeFileSync(file, 'no library');
    expect(found(file).cuda.reason).toMatch(/^cuda: text\.so does not load: .*text\.so/);
  });

  it.skipIf(process.platform !== 'linux' || !which('g++'))(
    'says that it was built from other sources',
    () => {
      for (const [name, source] of [
        ['other', 'extern "C" void* layerwiseCuda(const void*) { return nullptr; }'],
        ['nothing', 'int x;'],
      ] as const) {
        const file = join(folder, `${name}.so`);
        writeFileSync(join(folder, `${name}.cc`), source);
        execFileSync('g++', ['-shared', '-fPIC', join(folder, `${name}.cc`), '-o', file]);
        expect(found(file).cuda.reason).toMatch(
          new RegExp(`^cuda: ${name}\\.so was built from other sources`),
        );
      }
    },
  );
});

it.skipIf(process.platform !== 'linux' || !which('readelf'))('the addon neither links nor names CUDA', () => {
  const file = join(root, addonFile());
  const needed = execFileSync('readelf', ['-d', '-W', file], { encoding: 'utf8' });
  const symbols = execFileSync('readelf', ['-W', '--dyn-syms', file], { encoding: 'utf8' });
  expect(needed).toMatch(/NEEDED/);
  for (const text of [needed, symbols])
    expect(text).not.toMatch(/libcuda|libnv|cublas|cudnn|\bcu[A-Z]\w+|\bcuda[A-Z]\w+/);
});
