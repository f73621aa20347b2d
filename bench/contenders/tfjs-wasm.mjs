import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { toChannelsFirst, toChannelsLast, toKerasKernel } from '../random.mjs';
import { operandsOf } from '../workload.mjs';

const require = createRequire(import.meta.url);

const same = (list) => list.every((item) => item === list[0]);

/** The workload as a function of nothing, or undefined where the backend has no kernel for it. */
function body(workload) {
  const { op, x, w, stride: strides, pad, dil: dilations } = workload;
  const operands = operandsOf(workload);
  const make = (name) => tf.tensor(operands[name].data, operands[name].dims);
  if (op === 'matmul') {
    const [p, q] = [make('a'), make('b')];
    return { first: false, run: () => tf.matMul(p, q) };
  }
  if (x.length !== 4) return undefined;
  const [n, c, h, wide] = x;
  const input = tf.tensor(toChannelsLast(operands.x.data, x), [n, h, wide, c]);
  if (op === 'gap') return { first: true, run: () => tf.mean(input, [1, 2], true) };
  if (!same(pad)) return undefined;
  if (op === 'maxpool')
    return { first: true, run: () => tf.maxPool(input, workload.k, strides, pad[0], 'floor') };
  if (op === 'avgpool')
    return { first: true, run: () => tf.avgPool(input, workload.k, strides, pad[0], 'floor') };
  const [O, I, kH, kW] = w;
  const data = toKerasKernel(operands.w.data, w);
  const bias = make('b');
  const options = { x: input, strides, pad: pad[0], dilations, bias };
  if (workload.groups === c && I === 1 && O === c) {
    const kernel = tf.tensor(data, [kH, kW, c, 1]);
    return { first: true, run: () => tf.fused.depthwiseConv2d({ ...options, filter: kernel }) };
  }
  if (workload.groups !== 1) return undefined;
  const kernel = tf.tensor(data, [kH, kW, I, O]);
  return { first: true, run: () => tf.fused.conv2d({ ...options, filter: kernel }) };
}

export async function create() {
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  return {
    name: 'tfjs-wasm',
    version: tf.version_core,
    workload(workload) {
      const job = body(workload);
      if (job === undefined) return undefined;
      let last;
      return {
        run: async () => {
          last?.dispose();
          last = job.run();
          await last.data();
        },
        output: async () => {
          const data = await last.data();
          if (!job.first) return data;
          const [n, h, w, c] = last.shape;
          return toChannelsFirst(data, [n, c, h, w]);
        },
        release: () => tf.disposeVariables(),
      };
    },
    net: () => undefined,
  };
}
