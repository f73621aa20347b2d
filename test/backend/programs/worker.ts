// Computes a large result and gives its memory away.
import { parentPort, workerData } from 'node:worker_threads';
import { machineInfo, relu, tensor } from '../../../lib/index.js';

const filled = (value: number) => tensor(new Float32Array(2 ** 19).fill(value));
const { data } = relu(filled(workerData));
relu(filled(-1));
parentPort?.postMessage({ data, lent: machineInfo().resultBytes.lent }, [data.buffer as ArrayBuffer]);
