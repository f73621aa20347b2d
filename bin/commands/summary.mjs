import { loadModel } from './model-file.mjs';
import { readArgs, usageError } from './usage.mjs';

const USAGE = `Usage: layerwise summary FILE [--width N]

A table of the layers of a model: names, output shapes, parameters, multiply-adds and bytes; totals below.

FILE is a model: a .json that JSON.stringify(serializeLayer(model)) made, or a module that exports one, or a function that makes one, as its default or its only export.

  --width N   the most characters of a line, at least 40. Default 100`;

export async function run(args) {
  const parsed = readArgs(USAGE, args, { width: { type: 'string' } }, [1, 1]);
  if (!parsed) return;
  const { width = '100' } = parsed.values;
  if (!/^\d+$/.test(width) || Number(width) < 40) {
    throw usageError(USAGE, `--width must be an integer of at least 40, not "${width}"`);
  }
  const model = await loadModel('summary', parsed.positionals[0]);
  console.log(model.summary({ lineLength: Number(width) }));
}
