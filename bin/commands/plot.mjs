import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { loadModel } from './model-file.mjs';
import { readArgs, usageError } from './usage.mjs';

const USAGE = `Usage: layerwise plot FILE --out PICTURE [--style volumes|graph]

A picture of a model. The ending of PICTURE says what is written: .svg, .mmd (Mermaid) or .dot (Graphviz).

FILE is a model: a .json that JSON.stringify(serializeLayer(model)) made, or a module that exports one, or a function that makes one, as its default or its only export.

  --out PICTURE   the file to write
  --style STYLE   of an .svg: volumes (the maps as boxes, the default) or graph (the layers and what joins them)`;

const STYLES = ['volumes', 'graph'];
const WRITERS = {
  '.svg': ({ toSVG }, model, style) => toSVG(model, { style: style ?? 'volumes' }),
  '.mmd': ({ toMermaid }, model) => toMermaid(model),
  '.dot': ({ toDOT }, model) => toDOT(model),
};

export async function run(args) {
  const parsed = readArgs(USAGE, args, { out: { type: 'string' }, style: { type: 'string' } }, [1, 1]);
  if (!parsed) return;
  const { out, style } = parsed.values;
  if (out === undefined) throw usageError(USAGE, '--out is missing');
  const ending = extname(out);
  if (!Object.hasOwn(WRITERS, ending)) {
    throw usageError(USAGE, `"${out}" ends with none of ${Object.keys(WRITERS).join(', ')}`);
  }
  if (style !== undefined && !STYLES.includes(style)) {
    throw usageError(USAGE, `--style must be one of ${STYLES.join(', ')}, not "${style}"`);
  }
  if (style !== undefined && ending !== '.svg') throw usageError(USAGE, '--style is for .svg');
  const model = await loadModel('plot', parsed.positionals[0]);
  writeFileSync(out, WRITERS[ending](await import('../../dist/index.js'), model, style));
  console.log(`wrote ${out}`);
}
