// A net on the GPU from Node: node bench/cuda/nets.mjs [--net resnet50] [--batch 64] [--precision bfloat16] [--seconds 5]
// Prints, as JSON, images per second of `predictSync`, of `stream`, and of the nodes alone, without copies and graph.
import { parseArgs } from 'node:util';
import { devices, setNumThreads, tensor } from 'layerwise';
import { buildNet } from '../nets/layerwise.mjs';

const { values } = parseArgs({
  options: {
    net: { type: 'string', default: 'resnet50' },
    batch: { type: 'string', default: '64' },
    precision: { type: 'string', default: 'bfloat16' },
    seconds: { type: 'string', default: '5' },
  },
});
const [batch, seconds] = [Number(values.batch), Number(values.seconds)];
const cuda = devices()[1];
if (!cuda.available) throw new Error(cuda.reason);

setNumThreads(2);
const { model, input } = buildNet(values.net, batch);
const expected = model.predictSync(input).data.slice();
model.device = 'cuda';
model.precision = values.precision;
let out = model.predictSync(input);
const largest = Math.max(...expected.map(Math.abs));
const error = Math.max(...expected.map((value, i) => Math.abs(value - out.data[i]))) / largest;

/** Images per second of a body that does some, for so long. */
async function rate(body) {
  await body();
  const start = performance.now();
  let images = 0;
  while (performance.now() - start < 1000 * seconds) images += await body();
  return (1000 * images) / (performance.now() - start);
}

const predictSync = await rate(() => {
  out = model.predictSync(input, { out });
  return batch;
});
const size = input.size / batch;
const sample = input.data.subarray(0, size);
const one = tensor(sample, input.shape.slice(1));
const stream = await rate(async () => {
  let images = 0;
  const source = Array.from({ length: 8 * batch }, () => one);
  for await (const { output } of model.stream(source, { batchSize: batch, concurrency: 2 }))
    images += output.shape[0];
  return images;
});
const profile = await model.profile(input);
const nodes = (1000 * batch) / profile.ms;
console.log(JSON.stringify({ gpu: cuda.gpus[0].name, ...values, error, predictSync, stream, nodes }));
