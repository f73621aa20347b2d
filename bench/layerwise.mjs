import {
  avgPool2d,
  conv1d,
  conv2d,
  conv3d,
  globalAvgPool2d,
  Input,
  Lambda,
  limits,
  Model,
  machineInfo,
  matmul,
  maxPool2d,
  setNumThreads,
  tensor,
  version,
} from 'layerwise';
import { buildNet } from './nets/layerwise.mjs';
import { product, randomFor, toChannelsFirst, toChannelsLast, toKerasKernel } from './random.mjs';

const CONV = { 1: conv1d, 2: conv2d, 3: conv3d };
const POOL = { maxpool: maxPool2d, avgpool: avgPool2d };

const pairs = (pad) => pad.slice(0, pad.length / 2).map((begin, i) => [begin, pad[i + pad.length / 2]]);
const channelsLast = ([n, c, ...spatial]) => [n, ...spatial, c];
const channelsFirst = (shape) => [shape[0], shape.at(-1), ...shape.slice(1, -1)];

/** The ops of a workload as a function of its run-time operands; weights are constants, as they are for the peers. */
function describe(workload) {
  const { op, id, x, w, a, b } = workload;
  if (op === 'matmul') {
    const A = tensor(randomFor(`${id}/a`, product(a)), a);
    const B = tensor(randomFor(`${id}/b`, product(b)), b);
    if (id.startsWith('fc_')) return { inputs: [A], body: ([p]) => matmul(p, B), first: false };
    return { inputs: [A, B], body: ([p, q]) => matmul(p, q), first: false };
  }
  const input = tensor(toChannelsLast(randomFor(`${id}/x`, product(x)), x), channelsLast(x));
  if (op === 'gap')
    return { inputs: [input], body: ([p]) => globalAvgPool2d(p, { keepDims: true }), first: true };
  if (op in POOL) {
    const options = { padding: pairs(workload.pad), strides: workload.stride };
    return { inputs: [input], body: ([p]) => POOL[op](p, workload.k, options), first: true };
  }
  const [O, I, ...k] = w;
  const kernel = tensor(toKerasKernel(randomFor(`${id}/w`, product(w), 0.1), w), [...k, I, O]);
  const bias = tensor(randomFor(`${id}/b`, O), [O]);
  const { stride, dil, groups } = workload;
  const options = { strides: stride, dilationRate: dil, groups, padding: pairs(workload.pad), bias };
  return { inputs: [input], body: ([p]) => CONV[k.length](p, kernel, options), first: true };
}

function ready(model, inputs, first) {
  const args = inputs.length === 1 ? inputs[0] : inputs;
  let out = model.predictSync(args);
  return {
    run: () => {
      out = model.predictSync(args, { out });
    },
    output: () => (first ? toChannelsFirst(out.data, channelsFirst(out.shape)) : out.data),
  };
}

export async function create({ threads }) {
  setNumThreads(threads);
  return {
    name: 'layerwise',
    version,
    machine: { isa: machineInfo().isa },
    limits: () => limits(),
    workload(workload) {
      const { inputs, body, first } = describe(workload);
      const symbols = inputs.map((t) => Input({ batchShape: t.shape }));
      const output = new Lambda({ function: (x) => body(Array.isArray(x) ? x : [x]) }).apply(
        symbols.length === 1 ? symbols[0] : symbols,
      );
      const model = new Model({ inputs: symbols, outputs: output });
      return ready(model, inputs, first);
    },
    net(name, batch) {
      const { model, input } = buildNet(name, batch);
      return ready(model, [input], false);
    },
  };
}
