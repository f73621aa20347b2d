import {
  avgPool1d,
  avgPool2d,
  avgPool3d,
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
  maxPool1d,
  maxPool2d,
  maxPool3d,
  setNumThreads,
  tensor,
  version,
} from 'layerwise';
import { buildNet } from './nets/layerwise.mjs';
import { toChannelsFirst, toChannelsLast, toKerasKernel } from './random.mjs';
import { isConstant, operandsOf } from './workload.mjs';

const CONV = { 1: conv1d, 2: conv2d, 3: conv3d };
const POOL = {
  maxpool: { 1: maxPool1d, 2: maxPool2d, 3: maxPool3d },
  avgpool: { 1: avgPool1d, 2: avgPool2d, 3: avgPool3d },
};

const pairs = (pad) => pad.slice(0, pad.length / 2).map((begin, i) => [begin, pad[i + pad.length / 2]]);
const channelsLast = ([n, c, ...spatial]) => [n, ...spatial, c];
const channelsFirst = (shape) => [shape[0], shape.at(-1), ...shape.slice(1, -1)];

/** The ops of a workload as a function of its run-time operands; weights are constants, as they are for the peers. */
function describe(workload) {
  const { op, x, w } = workload;
  const operands = operandsOf(workload);
  if (op === 'matmul') {
    const [A, B] = [operands.a, operands.b].map(({ data, dims }) => tensor(data, dims));
    if (isConstant(workload)) return { inputs: [A], body: ([p]) => matmul(p, B), first: false };
    return { inputs: [A, B], body: ([p, q]) => matmul(p, q), first: false };
  }
  const input = tensor(toChannelsLast(operands.x.data, x), channelsLast(x));
  if (op === 'gap')
    return { inputs: [input], body: ([p]) => globalAvgPool2d(p, { keepDims: true }), first: true };
  if (op in POOL) {
    const options = { padding: pairs(workload.pad), strides: workload.stride };
    return {
      inputs: [input],
      body: ([p]) => POOL[op][workload.k.length](p, workload.k, options),
      first: true,
    };
  }
  const [O, I, ...k] = w;
  const kernel = tensor(toKerasKernel(operands.w.data, w), [...k, I, O]);
  const bias = tensor(operands.b.data, [O]);
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
