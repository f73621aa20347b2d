// `npm run build:cuda [-- --arch 90,90-virtual] [--programs]`: liblayerwise_cuda.so beside the addon and, when asked for,
// the C++ programs in build-cuda that check and time its kernels on a machine with a GPU. Needs nvcc and CMake; a GPU is needed to run them, not to build.
import { copyFileSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { addonFile } from './native-build.mjs';
import { capture, Failure, root, run, runMain, which } from './tools.mjs';

const LEAST = [12, 8];

/** The version of nvcc, which must be new enough for the newest architecture. */
function needTools() {
  if (!which('cmake')) throw new Failure('cmake was not found. Install it: apt-get install cmake');
  if (!which('nvcc'))
    throw new Failure(
      `nvcc was not found. Install the CUDA toolkit, version ${LEAST.join('.')} or newer, and put its bin on the PATH.`,
    );
  const { out } = capture('nvcc', ['--version']);
  const [major, minor] = (/release (\d+\.\d+)/.exec(out)?.[1] ?? '0.0').split('.').map(Number);
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
    throw new Failure(
      `nvcc is too old: ${out.trim().split('\n').at(-1)}. Version ${LEAST.join('.')} or newer is needed.`,
    );
}

await runMain(() => {
  const { values } = parseArgs({ options: { arch: { type: 'string' }, programs: { type: 'boolean' } } });
  needTools();
  const generator = which('ninja') ? ['-G', 'Ninja'] : [];
  const options = ['-DLW_CUDA=ON', '-DLW_ADDON=OFF', '-DLW_BUILD_TESTS=ON'];
  if (values.arch) options.push(`-DCMAKE_CUDA_ARCHITECTURES=${values.arch.replaceAll(',', ';')}`);
  run('cmake', ['-S', '.', '-B', 'build-cuda', ...generator, ...options]);
  const tests = ['test_cuda_backend', 'test_cuda_stored', 'test_cuda_plan'];
  const programs = values.programs ? [...tests, 'layerwise_cuda_bench'] : [];
  const targets = ['layerwise_cuda', ...programs].flatMap((target) => ['--target', target]);
  run('cmake', ['--build', 'build-cuda', '--parallel', String(availableParallelism()), ...targets]);
  mkdirSync(dirname(addonFile), { recursive: true });
  copyFileSync(
    join(root, 'build-cuda/liblayerwise_cuda.so'),
    join(dirname(addonFile), 'liblayerwise_cuda.so'),
  );
  console.log('build/Release/liblayerwise_cuda.so is ready; npx layerwise doctor tells what it finds.');
});
