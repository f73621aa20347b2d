import { createRequire } from 'node:module';
import ort from 'onnxruntime-node';
import { netModel, workloadModel } from './onnx-model.mjs';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');

export async function create({ threads }) {
  const open = async ({ bytes, inputs, output }) => {
    const session = await ort.InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
    const feeds = {};
    for (const [name, [dims, data]] of Object.entries(inputs))
      feeds[name] = new ort.Tensor('float32', data, dims);
    let result;
    return {
      run: async () => {
        result = await session.run(feeds);
      },
      output: () => result[output].data,
      release: () => session.release(),
    };
  };
  return {
    name: 'onnxruntime',
    version,
    workload: (workload) => open(workloadModel(workload)),
    net: (name, batch) => open(netModel(name, batch)),
  };
}
