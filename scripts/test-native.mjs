// The C++ tests: a CMake build of native/ with test/native, run by ctest. Extra -D options pass through.
import { availableParallelism } from 'node:os';
import { Failure, filesBelow, run, runMain, which } from './tools.mjs';

await runMain(() => {
  if (!filesBelow('test/native').some((file) => file.endsWith('.cc'))) {
    console.log('no C++ tests in test/native');
    return;
  }
  if (!which('cmake')) throw new Failure('cmake was not found. Install it: apt-get install cmake');
  const generator = which('ninja') ? ['-G', 'Ninja'] : [];
  run('cmake', [
    '-S',
    '.',
    '-B',
    'build-cmake',
    ...generator,
    '-DLW_BUILD_TESTS=ON',
    ...process.argv.slice(2),
  ]);
  run('cmake', ['--build', 'build-cmake', '--parallel', String(availableParallelism())]);
  run('ctest', ['--test-dir', 'build-cmake', '--output-on-failure']);
});
