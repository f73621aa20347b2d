// Classifies a folder of image files with a LeNet-5 and writes one line of JSON per file.
//   npm start                                           the digits in this folder
//   npm start -- --images DIR --out FILE --batch 64     your own files
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stack } from 'layerwise';
import { decodeAll, listFiles } from './images.mjs';
import { lenet5, loadTorchWeights } from './model.mjs';
import { createProgress } from './progress.mjs';
import { report, Score } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const bundled = join(here, 'images');

/** How many files the timing of a single stage looks at. */
const TIMED_FILES = 512;

const USAGE = `npm start -- [--images DIR] [--labels FILE] [--out FILE] [--batch N]

  --images DIR   folder of image files, read recursively (default: the digits that come with the example)
  --labels FILE  JSON array of { "file", "label" }, for the accuracy (default: the digits' own)
  --out FILE     where the NDJSON goes (default: results/predictions.ndjson)
  --batch N      images per batch (default: 64)`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      images: { type: 'string', default: bundled },
      labels: { type: 'string' },
      out: { type: 'string', default: join('results', 'predictions.ndjson') },
      batch: { type: 'string', default: '64' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const batch = Number(values.batch);
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new Error(`--batch must be an integer of at least 1. Received ${values.batch}.`);
  const images = resolve(values.images);
  const labels = values.labels ?? (images === bundled ? join(here, 'expected.json') : undefined);
  return { images, labels, out: resolve(values.out), batch, help: values.help };
}

async function readLabels(file) {
  if (file === undefined) return new Map();
  return new Map(JSON.parse(await readFile(file, 'utf8')).map(({ file: name, label }) => [name, label]));
}

/** Milliseconds that decoding alone takes for all files, from a part of them. */
async function timeDecode(folder, files) {
  const part = files.slice(0, TIMED_FILES);
  const started = performance.now();
  for await (const item of decodeAll(folder, part)) void item;
  return ((performance.now() - started) / Math.max(1, part.length)) * files.length;
}

/** Milliseconds that the net alone takes for as many images, from a batch that is already decoded. */
async function timeCompute(model, sample, batch, images) {
  if (sample === undefined || images === 0) return 0;
  const input = stack(new Array(batch).fill(sample));
  await model.predict(input);
  const batches = Math.max(1, Math.round(Math.min(images, TIMED_FILES) / batch));
  const started = performance.now();
  for (let i = 0; i < batches; i++) await model.predict(input);
  return ((performance.now() - started) / (batches * batch)) * images;
}

async function main() {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  const files = await listFiles(options.images);
  const labels = await readLabels(options.labels);
  const model = await loadTorchWeights(lenet5(), join(here, 'lenet5.safetensors'));
  console.log(model.summary());

  await mkdir(dirname(options.out), { recursive: true });
  const out = createWriteStream(options.out);
  await once(out, 'open');
  const score = new Score();
  const timings = { decodeMs: 0, computeMs: 0, writeMs: 0, totalMs: 0 };
  const progress = createProgress(files.length);
  const started = performance.now();
  let sample;

  const source = decodeAll(options.images, files);
  for await (const { item, output } of model.stream(source, { batchSize: options.batch })) {
    const writing = performance.now();
    let line;
    if (item.error) {
      score.addError();
      line = { file: item.file, error: item.error.message };
    } else {
      const probabilities = output.data;
      const predicted = probabilities.indexOf(Math.max(...probabilities));
      score.add(labels.get(item.file), predicted);
      line = {
        file: item.file,
        label: predicted,
        probability: probabilities[predicted],
        probabilities: [...probabilities],
      };
      sample ??= item.input;
    }
    const full = !out.write(`${JSON.stringify(line)}\n`);
    timings.writeMs += performance.now() - writing;
    if (full) await once(out, 'drain');
    progress.update(score.files, (1000 * score.files) / (performance.now() - started));
  }
  out.end();
  await once(out, 'finish');
  timings.totalMs = performance.now() - started;
  progress.stop();
  timings.decodeMs = await timeDecode(options.images, files);
  timings.computeMs = await timeCompute(model, sample, options.batch, score.files - score.errors);
  console.log(`\n${report(score, timings, relative(process.cwd(), options.out) || options.out)}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
