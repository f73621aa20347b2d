// `npm test`: set-up, then every quick check, then a table of what passed. `--only a,b` picks parts by name, the slow
// ones among them. When LAYERWISE_RESULTS names a file, a line `part passed failed` is added to it for each part.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setup } from './setup.mjs';
import { Failure, root, run, runMain, which } from './tools.mjs';

const REPORTS = join(root, '.setup/reports');
/** The CUDA backend compiled for this CPU, by the C++ tests. */
const HOST_CUDA = join(root, 'build-cmake/liblayerwise_cuda_host.so');
const binary = (path) => join(root, 'node_modules', path);

/** A command that passes or fails as a whole. */
const single = (args, env) => () => {
  try {
    run(process.execPath, args, { env: { ...process.env, ...env } });
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
};

/** A vitest project, or some files of it, counted test by test; a file that does not even load counts as one failure. */
const vitest =
  (project, files = [], env = {}) =>
  () => {
    const report = join(REPORTS, `${project}.json`);
    rmSync(report, { force: true });
    const args = [
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const { failed: crashed } = single([binary('vitest/vitest.mjs'), 'run', ...args, ...files], env)();
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const results = JSON.parse(readFileSync(report, 'utf8'));
    const broken = results.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const failed = results.numFailedTests + broken.length;
    return {
      passed: results.numPassedTests,
      failed: Math.max(failed, crashed),
      skipped: results.numPendingTests,
    };
  };

/** What `body` makes of each item, `atOnce` of them at a time. */
async function inTurns(items, atOnce, body) {
  const waiting = [...items.entries()];
  const results = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results[next[0]] = await body(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/** One pass over the golden cases; what fails must be on the list of accepted failures, and nothing else on it. */
async function conformancePass(folder, [name, env, more = []]) {
  const report = join(REPORTS, `conformance-${name}.json`);
  rmSync(report, { force: true });
  const lists = ['test/conformance/accepted.json', ...more].flatMap((file) => ['--accepted', file]);
  const args = ['--import', 'tsx', 'test/conformance/run.ts', folder, ...lists, '--json', report];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  const [status] = await once(child, 'exit');
  if (status === null || !existsSync(report)) return { passed: 0, failed: 1 };
  const { passed, failed, unexpected, mended } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${name}: ${passed} passed, ${failed} failed, ${unexpected.length} of them unexpected`);
  for (const test of [...unexpected, ...mended]) console.log(`  ${test}`);
  return { passed, failed: unexpected.length + mended.length };
}

/** The golden cases, where there are some (GOLDEN_DIR, or shared/golden beside the checkout), on every ISA and backend. */
const conformance = async () => {
  const folder = process.env.GOLDEN_DIR ?? join(root, '../shared/golden');
  if (!existsSync(folder)) return { note: 'no golden cases on this machine (GOLDEN_DIR)' };
  const isas = JSON.parse(readFileSync(join(root, 'native/sources.json'), 'utf8')).isa[process.arch] ?? {};
  // The slowest first, so that none is left to the end alone.
  const passes = [
    [
      'cuda-host',
      { LAYERWISE_BACKEND: 'cuda', LAYERWISE_CUDA_LIBRARY: HOST_CUDA },
      ['test/conformance/accepted-cuda.json'],
    ],
    ['reference', { LAYERWISE_BACKEND: 'reference' }],
    ...Object.keys(isas).map((isa) => [isa, { LAYERWISE_MAX_ISA: isa }]),
  ].filter(([name]) => name !== 'cuda-host' || existsSync(HOST_CUDA));
  const results = await inTurns(passes, availableParallelism(), (pass) => conformancePass(folder, pass));
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
};

const native = () =>
  which('cmake')
    ? single(['scripts/test-native.mjs'])()
    : { note: 'cmake is not installed (apt-get install cmake)' };

/** The tests of tensors and models on a GPU, with this CPU as one. */
const device = () =>
  existsSync(HOST_CUDA)
    ? vitest('unit', ['device'], { LAYERWISE_CUDA_LIBRARY: HOST_CUDA })()
    : { note: 'the CUDA backend for this CPU is not built (part native)' };

/** The CUDA library, as PTX for one architecture: that all of it compiles. */
const cuda = () =>
  which('cmake') && which('nvcc')
    ? single(['scripts/build-cuda.mjs', '--arch', '90-virtual'])()
    : { note: 'nvcc or cmake is not installed' };

const PARTS = {
  typecheck: single([binary('typescript/bin/tsc'), '-p', 'tsconfig.json']),
  lint: single(['scripts/lint.mjs']),
  unit: vitest('unit'),
  native,
  device,
  isa: single(['scripts/check-isa.mjs']),
  smoke: vitest('smoke'),
  conformance,
  cuda,
  sanitize: single(['scripts/sanitize.mjs']),
};
const DEFAULT = ['typecheck', 'lint', 'unit'];

function chosenParts() {
  const at = process.argv.indexOf('--only');
  if (at < 0) return DEFAULT;
  const names = (process.argv[at + 1] ?? '').split(',');
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Failure(`unknown part ${unknown.join(', ')}; parts: ${Object.keys(PARTS).join(', ')}`);
  return names;
}

await runMain(async () => {
  const names = chosenParts();
  await setup();
  mkdirSync(REPORTS, { recursive: true });
  const rows = [];
  for (const name of names) {
    console.log(`\n=== ${name}`);
    const start = performance.now();
    const result = await PARTS[name]();
    rows.push({ name, seconds: (performance.now() - start) / 1000, passed: 0, failed: 0, ...result });
  }
  console.log('\n=== summary');
  for (const { name, passed, failed, skipped, note, seconds } of rows) {
    const skips = skipped ? `, ${skipped} skipped` : '';
    const text = note ? `skipped: ${note}` : `${passed} passed, ${failed} failed${skips}`;
    console.log(`${name.padEnd(12)} ${text} (${seconds.toFixed(1)} s)`);
    if (process.env.LAYERWISE_RESULTS)
      appendFileSync(process.env.LAYERWISE_RESULTS, `${name} ${passed} ${failed}\n`);
    if (failed > 0) process.exitCode = 1;
  }
});
