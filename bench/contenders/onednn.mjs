import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, Failure, hashFiles, root, stampIs, which, writeStamp } from '../../scripts/tools.mjs';
import { isConstant, operandsOf } from '../workload.mjs';
import { External, externalJob } from './external.mjs';

const source = fileURLToPath(new URL('onednn.cc', import.meta.url));
const binary = join(root, 'build-bench/onednn');

const compiler = () => (process.env.CXX ? process.env.CXX.split(' ') : [which('g++') ?? which('c++')]);

const PROBE = `#include <dnnl.hpp>
#if DNNL_VERSION_MAJOR != 2
#error another interface
#endif
int main() { return dnnl_version() == nullptr; }
`;

/** A line that tells what to install, or undefined where a compiler finds oneDNN 2's header and library. */
export function absent() {
  const [program, ...flags] = compiler();
  const args = [...flags, '-x', 'c++', '-', '-x', 'none', '-ldnnl', '-o', '/dev/null'];
  if (program && capture(program, args, { input: PROBE }).ok) return undefined;
  return 'no C++ compiler finds oneDNN 2 (Debian 12: apt-get install g++ libdnnl-dev)';
}

/** Compiles the program where it is missing or older than its source. */
export function build() {
  const hash = hashFiles([source]);
  if (existsSync(binary) && stampIs('bench-onednn', hash)) return;
  mkdirSync(dirname(binary), { recursive: true });
  const [program, ...flags] = compiler();
  const { ok, out } = capture(program, [...flags, '-std=c++17', '-O2', source, '-ldnnl', '-o', binary]);
  if (!ok) throw new Failure(`onednn.cc does not compile:\n${out}`);
  writeStamp('bench-onednn', hash);
}

const DIMS = ['x', 'w', 'k', 'a', 'b', 'stride', 'pad', 'dil'];

/** A workload as the program's `prepare` line. */
export function prepareLine(algorithm, workload, sizes) {
  const { op, groups = 1 } = workload;
  const dims = DIMS.filter((key) => workload[key]).map((key) => `${key}=${workload[key].join(',')}`);
  const constant = isConstant(workload) ? 1 : 0;
  const rest = `groups=${groups} constant=${constant} operands=${sizes.join(',')}`;
  return [`prepare algorithm=${algorithm} op=${op}`, ...dims, rest].join(' ');
}

/** `name` is onednn-direct or onednn-winograd. */
export async function create({ name }) {
  const algorithm = name.replace('onednn-', '');
  const external = await External.start(name, binary, []);
  return {
    name,
    version: external.version,
    async workload(workload) {
      const operands = Object.values(operandsOf(workload)).map(({ data }) => data);
      const sizes = operands.map(({ length }) => length);
      return externalJob(external, await external.ask(prepareLine(algorithm, workload, sizes), operands));
    },
    net: () => undefined,
  };
}
