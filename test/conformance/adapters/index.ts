import type { Case } from '../case.js';
import { runKeras } from './keras/index.js';
import { runOnnx } from './onnx/index.js';
import { runTfjs } from './tfjs/index.js';
import { runTorch } from './torch/index.js';

/** One per source. An adapter runs a case and throws when the result is not the expected one. */
export const ADAPTERS: Readonly<Record<string, (testCase: Case) => void>> = {
  keras: runKeras,
  onnx: runOnnx,
  tfjs: runTfjs,
  torch: runTorch,
};
