// Builds the addon and the C++ tests with AddressSanitizer and UndefinedBehaviorSanitizer (cmake-js, build-sanitize/),
// and runs the C++ tests and the op tests on them. Arguments choose other tests: npm run sanitize -- test/models
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setup } from './setup.mjs';
import { capture, Failure, filesBelow, root, run, runMain, which } from './tools.mjs';

const TESTS = ['test/ops'];
/** vitest swallows what a worker prints as it dies, so the sanitizers write their reports here. */
const REPORTS = join(root, '.setup/reports/sanitizer');

/** The sanitizer's library of the compiler that builds the addon. Node has none, so it must be loaded first. */
function library(name) {
  const { ok, out } = capture(process.env.CXX ?? 'g++', [`-print-file-name=${name}`]);
  if (!ok || !out.trim().startsWith('/')) {
    throw new Failure(`${name} was not found. Install it: apt-get install g++`);
  }
  return out.trim();
}

await runMain(async () => {
  if (process.platform !== 'linux') throw new Failure('The sanitizer run is for Linux: it preloads libasan.');
  if (!which('cmake')) throw new Failure('cmake was not found. Install it: apt-get install cmake');
  await setup();
  const cmakeJs = join(root, 'node_modules/cmake-js/bin/cmake-js');
  // The addon must lie in <LAYERWISE_PREBUILD>/build/Release, where node-gyp-build looks first.
  const options = [
    '-O',
    'build-sanitize/build',
    '--CDLW_SANITIZE=address,undefined',
    '--CDLW_BUILD_TESTS=ON',
  ];
  run(process.execPath, [cmakeJs, 'build', ...options]);
  run('ctest', ['--test-dir', 'build-sanitize/build', '--output-on-failure']);
  const tests = process.argv.slice(2);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const env = {
    ...process.env,
    LAYERWISE_PREBUILD: join(root, 'build-sanitize'),
    LD_PRELOAD: `${library('libasan.so')} ${library('libubsan.so')}`,
    // Node frees little at exit, so leaks are looked for by the tests of flat memory instead.
    ASAN_OPTIONS: `detect_leaks=0:halt_on_error=1:allocator_may_return_null=1:log_path=${REPORTS}/asan`,
    UBSAN_OPTIONS: `print_stacktrace=1:halt_on_error=1:log_path=${REPORTS}/ubsan`,
  };
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  try {
    run(process.execPath, [vitest, 'run', '--project', 'unit', ...(tests.length > 0 ? tests : TESTS)], {
      env,
    });
  } finally {
    for (const file of filesBelow(REPORTS)) console.error(readFileSync(file, 'utf8'));
  }
});
