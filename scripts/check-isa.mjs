// Kernels are compiled once per ISA. An inline or template function that is not in a namespace of its ISA would be a
// weak symbol that the linker merges across the objects, and then AVX-512 code may run on a CPU without it. So every
// weak function of an ISA's objects must carry that ISA's namespace, and every strong one too.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capture, Failure, filesBelow, root, runMain, which } from './tools.mjs';

const OBJECTS = join(root, 'build/Release/obj.target');

/** The names of the functions in `nm -P` output that are not in a namespace of `isa`, with their letter. */
export function foreignFunctions(nmOutput, isa) {
  const own = [`Eigen_${isa}`, `lw_${isa}`];
  return nmOutput
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([name, type]) => /^[WTui]$/.test(type ?? '') && !own.some((prefix) => name.includes(prefix)))
    .filter(([, type]) => type !== 'u') // unique data, such as a guard: never code
    .map(([name, type]) => `${type} ${name}`);
}

/** One line per foreign function in the objects below `folder`/lw_kernels_<isa>. */
export function isaFaults(folder = OBJECTS) {
  if (!which('nm')) throw new Failure('nm was not found. Install it: apt-get install binutils');
  const objects = filesBelow(folder).filter((file) => file.endsWith('.o') && file.includes('lw_kernels_'));
  if (objects.length === 0)
    throw new Failure(`There are no kernel objects below ${folder}: build the addon first.`);
  return objects.flatMap((file) => {
    const isa = /lw_kernels_([a-z0-9]+)/.exec(file)[1];
    const { ok, out } = capture('nm', ['-P', '--defined-only', file]);
    if (!ok) throw new Failure(`nm ${file}: ${out}`);
    return foreignFunctions(out, isa).map(
      (symbol) => `${isa}: ${symbol} in ${file.slice(folder.length + 1)}`,
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(() => {
    if (!existsSync(OBJECTS)) throw new Failure('Build the addon first: npm run setup');
    const faults = isaFaults();
    for (const fault of faults) console.error(fault);
    const objects = filesBelow(OBJECTS).filter((file) => file.endsWith('.o') && file.includes('lw_kernels_'));
    console.log(
      `ISA check: ${objects.length} objects, ${faults.length} functions outside their own namespace`,
    );
    if (faults.length > 0) process.exitCode = 1;
  });
}
