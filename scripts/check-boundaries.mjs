// Arrows between folders point one way, in lib/ (imports) and in native/ (includes). Each table says which folders a
// folder may use besides itself; a folder or a root file that is not listed is a fault too, so the map stays whole.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, root, runMain } from './tools.mjs';

const BASICS = ['errors', 'check'];

/** models -> graph -> layers -> ops -> shape, with ops, models -> backend; pictures draw, and know nothing of layers. */
export const LIB = {
  errors: [],
  check: ['errors'],
  shape: BASICS,
  tensor: [...BASICS, 'shape'],
  backend: [...BASICS, 'tensor'],
  ops: [...BASICS, 'shape', 'tensor', 'backend'],
  layers: [...BASICS, 'shape', 'tensor', 'ops'],
  graph: [...BASICS, 'shape', 'tensor', 'ops', 'layers'],
  io: [...BASICS, 'shape', 'tensor'],
  pictures: BASICS,
  models: [...BASICS, 'shape', 'tensor', 'ops', 'layers', 'graph', 'backend', 'io', 'pictures'],
  index: ['errors', 'check', 'shape', 'tensor', 'backend', 'ops', 'layers', 'graph', 'io', 'models'],
};

/** The names of the elementwise functions: numbers alone, so kernels may switch on them without knowing an op. */
const ACTIVATION = 'ops/activation.h';
const OPS = ['base', 'ops', ACTIVATION];
/** Measures the machine for `limits()`; it computes no op, so the binding calls it without a plan. */
const LIMITS = 'backend/cpu/limits.h';

/** binding -> plan -> backend -> ops -> base; kernels -> base, and Eigen only. */
export const NATIVE = {
  base: [],
  [ACTIVATION]: [],
  [LIMITS]: [],
  ops: OPS,
  'backend/cpu/kernels': ['base', ACTIVATION],
  'backend/reference': [...OPS, 'backend'],
  'backend/cpu': [...OPS, 'backend', 'backend/cpu/kernels', LIMITS],
  'backend/cuda': [...OPS, 'backend'],
  backend: OPS,
  // The plan picks a backend by name, so it knows the door of each, and none of their insides.
  plan: [...OPS, 'backend', 'backend/reference', 'backend/cpu', 'backend/cuda'],
  binding: [...OPS, 'backend', LIMITS, 'plan'],
};

/** The unit of a path inside lib/ or native/: itself or the longest folder that is listed, or the name of a file at the top. */
export function unitOf(path, table) {
  const parts = path.split('/');
  if (parts.length === 1) return parts[0].replace(/\.[a-z]+$/, '');
  for (let length = parts.length; length > 0; length -= 1) {
    const unit = parts.slice(0, length).join('/');
    if (unit in table) return unit;
  }
  return parts[0];
}

/** One line for every arrow that points the wrong way. `arrows` are [from, to] paths relative to the same folder. */
export function wrongArrows(arrows, table) {
  const faults = [];
  for (const [from, to] of arrows) {
    const [source, target] = [unitOf(from, table), unitOf(to, table)];
    if (!(source in table)) faults.push(`${from}: the folder "${source}" is not on the map`);
    else if (source !== target && !table[source].includes(target)) {
      faults.push(`${from}: "${source}" may not use "${target}" (${to})`);
    }
  }
  return faults;
}

const posix = (path) => path.split(sep).join('/');

function libArrows() {
  const lib = join(root, 'lib');
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.[^'"]*)['"]/g;
  return filesBelow('lib')
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, path]) => {
        const target = normalize(join(dirname(file), path.replace(/\.js$/, '.ts')));
        return [posix(relative(lib, file)), posix(relative(lib, target))];
      }),
    );
}

function nativeArrows() {
  const native = join(root, 'native');
  return filesBelow('native', ['vendor'])
    .filter((file) => /\.(cc|h|cu|cuh)$/.test(file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map(([, path]) => [
        posix(relative(native, file)),
        path,
      ]),
    );
}

/** Every fault of the tree as it stands. */
export function boundaryFaults() {
  return [
    ...wrongArrows(libArrows(), LIB).map((fault) => `lib/${fault}`),
    ...wrongArrows(nativeArrows(), NATIVE).map((fault) => `native/${fault}`),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(() => {
    const faults = boundaryFaults();
    for (const fault of faults) console.error(fault);
    console.log(
      `boundaries: ${faults.length === 0 ? 'all arrows point one way' : `${faults.length} faults`}`,
    );
    if (faults.length > 0) process.exitCode = 1;
  });
}
