import { fileURLToPath } from 'node:url';
import { capture } from '../../scripts/tools.mjs';
import { NETS } from '../nets/spec.mjs';
import { BN_EPSILON, walk } from '../nets/walk.mjs';
import { product, randomFor } from '../random.mjs';
import { isConstant, operandsOf } from '../workload.mjs';
import { External, externalJob } from './external.mjs';

const source = fileURLToPath(new URL('pytorch.py', import.meta.url));

const HINT = 'Debian: apt-get install python3-torch libopenblas0-pthread; PYTHON names another interpreter';

/** The interpreter that has PyTorch, PYTHON if it is set, else the system's, else the first on PATH: { python } or { why }. */
function findPython() {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ['/usr/bin/python3', 'python3'];
  const probes = candidates.map((python) => ({ python, ...capture(python, [source, '--probe']) }));
  const slow = probes.find(({ out }) => out.includes('reference BLAS'));
  const why = slow ? 'PyTorch multiplies matrices with the reference BLAS' : 'no Python has PyTorch';
  return probes.find(({ ok }) => ok) ?? { why: `${why} (${HINT})` };
}

/** A line that tells what to install, or undefined where a Python has PyTorch. */
export const absent = () => findPython().why;

/** The arrays that go along with a request, which names them by their numbers. */
class Operands {
  arrays = [];
  dims = [];

  add(data, dims = [data.length]) {
    this.dims.push(dims);
    return this.arrays.push(data) - 1;
  }
}

/** A net of ../nets/spec.mjs as a list of nodes whose inputs are numbers of values (0 is the net's input), and its arrays. */
export function netRequest(name, batch) {
  const net = NETS[name]();
  const operands = new Operands();
  const nodes = [];
  const push = (node) => nodes.push(node);
  const build = {
    conv({ stride, pad, groups, act }, input, { kernel, bias, bn }, residual) {
      return push({
        ...{ op: 'conv', input, residual, stride, pad, groups, act },
        kernel: operands.add(kernel.data, kernel.dims),
        bias: bias && operands.add(bias),
        bn: bn && [bn.mean, bn.variance, bn.gamma, bn.beta].map((data) => operands.add(data)),
      });
    },
    maxPool: ({ k, stride, pad }, input) => push({ op: 'maxPool', input, k, stride, pad }),
    gap: (_node, input) => push({ op: 'gap', input }),
    flatten: (_node, input) => push({ op: 'flatten', input }),
    dense: ({ act }, input, { kernel, bias }) =>
      push({
        ...{ op: 'dense', input, act },
        kernel: operands.add(kernel.data, kernel.dims),
        bias: operands.add(bias),
      }),
  };
  walk(net, 0, build);
  const dims = [batch, ...net.input];
  const x = operands.add(randomFor(`${name}/x`, product(dims)), dims);
  return { request: { x, nodes, epsilon: BN_EPSILON, dims: operands.dims }, arrays: operands.arrays };
}

/** A workload with the numbers of its operands, and its arrays. */
export function layerRequest(workload) {
  const { op, k, stride, pad, dil, groups } = workload;
  const operands = new Operands();
  const values = Object.entries(operandsOf(workload));
  const numbers = Object.fromEntries(values.map(([key, { data, dims }]) => [key, operands.add(data, dims)]));
  const geometry = { k, stride, pad, dil, groups, constant: isConstant(workload) };
  return { request: { op, ...geometry, ...numbers, dims: operands.dims }, arrays: operands.arrays };
}

export async function create({ name, threads }) {
  const external = await External.start(name, findPython().python, [source, String(threads)]);
  const prepare = async ({ request, arrays }) =>
    externalJob(external, await external.ask(`prepare ${JSON.stringify(request)}`, arrays));
  return {
    name,
    version: external.version,
    workload: (workload) => prepare(layerRequest(workload)),
    net: (net, batch) => prepare(netRequest(net, batch)),
  };
}
